"""Finds a callbacks.conf that is a symbolic link out of its callback directory."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.document import shown
from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report callbacks.conf files that are kept elsewhere."""
    for directory in ground.directories:
        if directory.elsewhere is not None:
            place = Place(str(directory.config_path))
            message = f"callbacks.conf is a link to {shown(str(directory.elsewhere))}"
            hint = "it cannot be saved here; change it where it is kept"
            yield Remark(place, message, hint)


RULE = Rule("QCB106", "linked-configuration", "info", check)
