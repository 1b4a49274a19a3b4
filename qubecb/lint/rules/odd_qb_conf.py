"""Finds something odd in qb.conf, as far as callbacks need it."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report what is odd in qb.conf."""
    for problem in ground.qb_conf.problems:
        place = Place(str(ground.qb_conf.path), problem.line or None)
        yield Remark(place, problem.message)


RULE = Rule("QCB501", "odd-qb-conf", "warning", check)
