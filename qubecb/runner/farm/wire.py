"""Messages to a callback's process as bytes: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qubecb import json_pieces

_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=str
).encode


def line(message: Mapping[str, Any]) -> bytes:
    """Give a message as it is sent; large ones let other threads go on meanwhile."""
    text = json_pieces.write(message, _encode)
    return text.encode("utf-8", "replace") + b"\n"


def refusal(number: int, kind: str, message: str) -> bytes:
    """Give the answer to a call that was refused, with the exception that `qb` raises."""
    return line({"answer": number, "error": {"type": kind, "message": message}})
