"""Finds a `# qubecb:` comment that is not directly above a mapping."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.parsing import CommentLine
from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report settings that belong to no mapping."""
    for directory in ground.directories:
        used = {
            number
            for mapping in directory.mappings
            for number in mapping.source.option_lines
        }
        for line in directory.lines:
            if not isinstance(line, CommentLine) or line.options is None:
                continue
            if line.number not in used:
                file, end = str(directory.config_path), len(line.text) + 1
                place = Place(file, line.number, 1, end, line.text)
                message = (
                    "these settings are not above a mapping, so they have no effect"
                )
                yield Remark(place, message, "move them directly above their mapping")


RULE = Rule("QCB402", "stray-setting", "warning", check)
