"""Finds a callback whose language is not among `supervisor_language_flags` in qb.conf."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.document import shown
from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report callbacks whose language is off."""
    conf = ground.qb_conf
    for mapping in ground.mappings:
        if mapping.language is not None and not conf.enabled(mapping.language):
            message = (
                f"{shown(mapping.file)} never runs: {mapping.language} is not enabled "
                f"in {conf.path}; {conf.how_to_enable(mapping.language)}"
            )
            hint = "then restart Qube's supervisor, which does not reread it"
            yield Remark(place_of_file(mapping), message, hint)


RULE = Rule("QCB305", "disabled-language", "warning", check)
