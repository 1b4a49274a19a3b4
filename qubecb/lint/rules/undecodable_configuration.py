"""Finds a callbacks.conf that is not UTF-8 text: one saved as UTF-16, or full of NUL bytes."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report callbacks.conf files that are not text."""
    for directory in ground.directories:
        if directory.trouble == "undecodable":
            place = Place(str(directory.config_path))
            yield Remark(place, directory.error or "", "save it as UTF-8")


RULE = Rule("QCB107", "undecodable-configuration", "error", check)
