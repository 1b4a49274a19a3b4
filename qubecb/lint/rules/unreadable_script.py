"""Finds a mapped file that is not a regular file, or that this service cannot read."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.document import shown
from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report mapped files that cannot be read."""
    for mapping in ground.mappings:
        if mapping.exists and not mapping.readable:
            message = f"{shown(mapping.file)} cannot be read"
            hint = "make it a regular file that this service's user may read"
            yield Remark(place_of_file(mapping), message, hint)


RULE = Rule("QCB303", "unreadable-script", "error", check)
