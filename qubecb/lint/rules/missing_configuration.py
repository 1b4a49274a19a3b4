"""Finds a callback directory without a callbacks.conf."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report directories without a callbacks.conf."""
    for directory in ground.directories:
        if directory.trouble == "no-config":
            hint = "create it, with lines such as `submitted.py = submit-job-self`"
            place = Place(str(directory.config_path))
            yield Remark(place, "there is no callbacks.conf in this directory", hint)


RULE = Rule("QCB102", "missing-configuration", "error", check)
