"""Finds a script in the callback directory that is not mapped."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report scripts without a mapping."""
    for directory in ground.directories:
        for file in directory.unmapped if not directory.error else ():
            message = f"{file} is not mapped"
            hint = f"add `{file} = trigger` to callbacks.conf, unless other scripts import it"
            yield Remark(Place(str(directory.path / file)), message, hint)


RULE = Rule("QCB304", "unmapped-script", "info", check)
