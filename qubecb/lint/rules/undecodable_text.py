"""Finds bytes in a callbacks.conf that are not UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule

_UNDECODABLE = re.compile("[\ud800-\udfff]+").search


def check(ground: Ground) -> Iterator[Remark]:
    """Report the first bytes that are not UTF-8."""
    for directory in ground.directories:
        if directory.trouble == "undecodable":
            continue  # told of as a whole by undecodable-configuration
        file = str(directory.config_path)
        bad = [line for line in directory.document.lines if _UNDECODABLE(line.text)]
        for line in bad[:1]:
            found = _UNDECODABLE(line.text)
            start, end = found.span() if found else (0, 0)
            place = Place(file, line.number, start + 1, end + 1, line.text)
            more = f", as on {len(bad) - 1} more lines" if len(bad) > 1 else ""
            yield Remark(
                place, f"this is not valid UTF-8{more}", "save the file as UTF-8"
            )


RULE = Rule("QCB105", "undecodable-text", "info", check)
