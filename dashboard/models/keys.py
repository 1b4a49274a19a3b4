"""Texts that are too long for an index, as short keys that still tell them apart."""

from __future__ import annotations

from hashlib import sha256

LONGEST_KEY = 200
_DIGEST = 64


def trigger_key(trigger: str) -> str:
    """A trigger of up to 200 characters as it is; a longer one cut, its digest at the end.

    PostgreSQL refuses index entries of more than 2704 bytes; a trigger may have 10,000
    characters.
    """
    if len(trigger) <= LONGEST_KEY:
        return trigger
    digest = sha256(trigger.encode("utf-8", "surrogateescape")).hexdigest()
    return trigger[: LONGEST_KEY - _DIGEST] + digest
