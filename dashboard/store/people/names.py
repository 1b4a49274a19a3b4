"""Names of people and tokens: no two of them look the same.

A reader who sees "ana" beside an act must know who that was. So names must differ by more than
case, invisible characters, or letters of another alphabet that look alike, and a token never
has a person's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User

from dashboard.models import Token
from dashboard.store.database.locks import Key, take_turn
from qubecb.lookalikes import plain


def taken(name: str) -> str | None:
    """Give the sentence that says who has the name, or one that looks the same, or None.

    Call it in the write transaction that gives the name.
    """
    take_turn(Key.NAMES)
    wanted = look(name)
    for kind, other in _names():
        if look(other) == wanted:
            alike = "" if other == name else ", and the two names look the same"
            return f"A {kind} named {other} already exists{alike}."
    return None


def look(name: str) -> str:
    """What a name looks like, without regard to case."""
    return plain(name).casefold()


def _names() -> Iterator[tuple[str, str]]:
    yield from (
        ("token", each) for each in Token.objects.values_list("name", flat=True)
    )
    users = User.objects.values_list("username", flat=True)
    yield from (("user", each) for each in users)
