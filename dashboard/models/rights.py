"""The rights, from the least to the most: each includes those before it.

A person has one by being in the group of that name; a superuser has the highest.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

Person = AbstractBaseUser | AnonymousUser

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


def right_of(user: Person) -> str | None:
    """Give the highest right of a person, or None; read once a request and user object."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return RIGHTS[-1]
    known: dict[str, Any] = user.__dict__
    if "_right" not in known:
        known["_right"] = highest(list(user.groups.values_list("name", flat=True)))
    right: str | None = known["_right"]
    return right


def can(user: Person, right: str) -> bool:
    """Whether a person has a right, or a higher one."""
    return includes(right_of(user), right)
