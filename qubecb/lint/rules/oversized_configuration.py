"""Finds a callbacks.conf of more than 1 MiB."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report callbacks.conf files beyond the bound."""
    for directory in ground.directories:
        if directory.trouble == "too-large":
            hint = "restore the real callbacks.conf; an earlier revision may have it"
            yield Remark(Place(str(directory.config_path)), directory.error or "", hint)


RULE = Rule("QCB104", "oversized-configuration", "error", check)
