"""The rights, from the least to the most: each includes those before it.

A person has one by membership of the group of that name; a superuser has the highest.
"""

from __future__ import annotations

from typing import Final

RIGHTS: Final = ("viewer", "operator", "editor", "administrator")
#: Besides, a token may be for sending events only; no person has that right.
INTAKE: Final = "intake"
TOKEN_RIGHTS: Final = (INTAKE, *RIGHTS)
#: What each right adds, in the words that pages and docs/rights.md use.
MEANINGS: Final = {
    INTAKE: "sends events and does nothing else (tokens only)",
    "viewer": "reads every page",
    "operator": "also test-fires, pauses, replays and cancels",
    "editor": "also changes mappings",
    "administrator": "also manages users, tokens and settings",
}


def highest(names: list[str]) -> str | None:
    """Give the highest right among names of groups, or None when none of them is a right."""
    return next((right for right in reversed(RIGHTS) if right in names), None)


def includes(held: str | None, needed: str) -> bool:
    """Whether somebody who holds one right may do what needs another.

    Sending events needs `intake` or at least `operator`: a viewer only reads.
    """
    if held is None:
        return False
    if needed == INTAKE:
        return held == INTAKE or includes(held, "operator")
    return held in RIGHTS and RIGHTS.index(held) >= RIGHTS.index(needed)
