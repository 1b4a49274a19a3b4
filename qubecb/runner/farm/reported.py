"""What a callback's process reports of itself, as it is kept: in one shape, bounded, masked.

Whatever it sends, a script can send it in place of `qb`: so each part is taken only if it is
what it should be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from qubecb.runner.farm.recording import storable
from qubecb.runner.hosting.python_child.secret_names import MASK, is_secret
from qubecb.runner.mask import AFTER, masked_text

LONGEST_NOTE = 1000
SHOWN_VALUE = 200
MOST_FRAMES = 100
MOST_LOCALS = 100
#: Process ids and line numbers are below this.
LARGEST = 2**31


def is_integer(value: object) -> TypeGuard[int]:
    """Whether it is a number as JSON has it: True is one to Python, and none to us."""
    return isinstance(value, int) and not isinstance(value, bool)


def note(text: str) -> str:
    """A remark, bounded and masked."""
    return _shown(text, LONGEST_NOTE)


def traceback(value: Mapping[str, Any]) -> dict[str, Any]:
    """The traceback in its one shape, bounded, whatever the child sent."""
    frames, names = value.get("frames"), value.get("locals")
    return {
        "type": _shown(value.get("type")),
        "message": _shown(value.get("message"), 5 * LONGEST_NOTE),
        "frames": [
            _frame(frame) for frame in _listed(frames) if isinstance(frame, dict)
        ],
        "locals": {
            _shown(name): _local(name, member)
            for name, member in list(names.items())[:MOST_LOCALS]
        }
        if isinstance(names, dict)
        else {},
    }


def _listed(value: object) -> list[Any]:
    return value[-MOST_FRAMES:] if isinstance(value, list) else []


def _frame(frame: Mapping[str, Any]) -> dict[str, Any]:
    line = frame.get("line")
    return {
        "file": _shown(frame.get("file"), LONGEST_NOTE),
        "line": line if is_integer(line) and 0 <= line < LARGEST else 0,
        "function": _shown(frame.get("function")),
        "code": _shown(frame.get("code"), LONGEST_NOTE),
    }


def _local(name: str, value: object) -> str:
    """A variable's value, hidden where its name is a secret's; scripts may hide it, too."""
    if is_secret(name):
        return MASK
    before = f"{_shown(name)} = "
    text = value[: SHOWN_VALUE + AFTER] if isinstance(value, str) else ""
    return _shown(before + text, len(before) + SHOWN_VALUE)[len(before) :]


def _shown(value: object, longest: int = SHOWN_VALUE) -> str:
    """The text masked, then cut: what a secret is known by may stand behind the cut."""
    text = (
        masked_text(storable(value[: longest + AFTER]))
        if isinstance(value, str)
        else ""
    )
    return text if len(text) <= longest else text[: longest - 1] + "…"
