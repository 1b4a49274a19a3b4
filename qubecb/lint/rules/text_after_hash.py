"""Finds a comment after a trigger on the same line."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark, place_in_line
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report comments on the line of a mapping."""
    for mapping in ground.mappings:
        comment = mapping.source.comment
        if comment:
            end = len(mapping.source.text)
            place = place_in_line(mapping, end - len(comment), end)
            message = (
                "this is read as a comment; Qube may read it as part of the trigger"
            )
            yield Remark(place, message, "move it to a line of its own above")


RULE = Rule("QCB115", "text-after-hash", "info", check)
