"""Finds a line that is neither a comment nor a `filename = trigger`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qubecb.conffile.document import shown
from qubecb.conffile.names import language_of
from qubecb.conffile.parsing import BLANKS, BrokenLine
from qubecb.errors import TriggerSyntaxError
from qubecb.lint.findings import Fix, Place, Remark, line_fix
from qubecb.lint.rule import Ground, Rule
from qubecb.lookalikes import named
from qubecb.triggers import parse


def check(ground: Ground) -> Iterator[Remark]:
    """Report lines that are not mappings."""
    for directory in ground.directories:
        for line in directory.lines:
            if isinstance(line, BrokenLine):
                code = line.text.rstrip(BLANKS)
                start = len(code) - len(code.lstrip(BLANKS))
                file = str(directory.config_path)
                place = Place(file, line.number, start + 1, len(code) + 1, line.text)
                yield Remark(place, _message(line), _HINT, _fix(line))


_MESSAGES = {
    "no-equals": "this line has no `=`, so it maps nothing",
    "no-file": "there is no file name before the `=`",
}
#: Signs that look like an equals sign.
_LIKE_EQUALS = re.compile("[\uff1d\ufe66\ua78a\u2e40\u207c]")
_HINT = "write `filename = trigger`, or begin the line with # to make it a comment"


def _message(line: BrokenLine) -> str:
    like = _LIKE_EQUALS.search(line.text) if line.reason == "no-equals" else None
    seen = f"; {named(like[0])} only looks like one" if like else ""
    return f"{_MESSAGES[line.reason]}{seen}"


def _fix(line: BrokenLine) -> Fix | None:
    """Put in the `=` that is missing after what looks like a script's name."""
    words = line.text.split(None, 1)
    if line.reason != "no-equals" or len(words) < 2 or language_of(words[0]) is None:
        return None
    if not _is_trigger(words[1].rstrip(BLANKS)):
        return None
    text = f"{words[0]} = {words[1]}"
    return line_fix(f"Write `=` after {shown(words[0])}", line.number, text)


def _is_trigger(text: str) -> bool:
    try:
        parse(text)
    except TriggerSyntaxError:
        return False
    return True


RULE = Rule("QCB111", "line-without-mapping", "error", check)
