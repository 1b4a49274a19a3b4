"""Finds a trigger in double quotes."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark, line_fix, place_in_line
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report triggers in quotes."""
    for mapping in ground.mappings:
        line = mapping.source
        if line.quoted:
            opening = line.text.rindex('"', 0, line.trigger_start)
            closing = line.text.index('"', line.trigger_end)
            place = place_in_line(mapping, opening, closing + 1)
            message = "the quotes are ignored here; Qube may not ignore them"
            text = line.text[:opening] + line.trigger_text + line.text[closing + 1 :]
            fix = line_fix("Remove the quotes", line.number, text)
            yield Remark(place, message, "write the trigger without quotes", fix)


RULE = Rule("QCB116", "quoted-trigger", "info", check)
