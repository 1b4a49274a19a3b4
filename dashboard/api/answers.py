"""Answers that may hold events of a million values."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from qubecb import json_pieces

_encode = json.JSONEncoder(separators=(",", ":")).encode


def large(value: Any) -> HttpResponse:
    """Give a value as JSON; no other request waits until it is written."""
    text = json_pieces.write(value, _encode)
    return HttpResponse(text, content_type="application/json")
