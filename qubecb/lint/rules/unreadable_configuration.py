"""Finds a callbacks.conf that cannot be read: permission is missing, or it is not a regular file."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report callbacks.conf files that cannot be read."""
    for directory in ground.directories:
        if directory.trouble == "config":
            hint = "make it a regular file that this service's user may read"
            yield Remark(Place(str(directory.config_path)), directory.error or "", hint)


RULE = Rule("QCB103", "unreadable-configuration", "error", check)
