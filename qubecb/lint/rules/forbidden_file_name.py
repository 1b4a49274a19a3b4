"""Finds a file name that no callback may have."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report file names that are refused."""
    for mapping in ground.mappings:
        if mapping.name_error is not None:
            message = f"the file name {mapping.name_error}"
            hint = "put the file, or a link to it, into the callback directory"
            yield Remark(place_of_file(mapping), message, hint)


RULE = Rule("QCB112", "forbidden-file-name", "error", check)
