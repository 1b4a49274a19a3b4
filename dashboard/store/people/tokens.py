"""Tokens of programs: made, shown once, recognised, revoked."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from dashboard.models import Token
from dashboard.models.rights import TOKEN_RIGHTS
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit, names
from dashboard.store.people.audit import By

log = logging.getLogger(__name__)
PREFIX = "qcb_"
#: Seconds for which a token is recognised without asking the database: a token that another
#: process revokes is refused after this time at the latest.
REMEMBERED = 1.0
#: Seconds between two notes of a token's last use.
NOTED = 60.0
_MOST_REMEMBERED = 1000


class TokenRefused(Exception):
    """A token is not valid; the message tells its holder why."""


class NameTaken(Exception):
    """The name, or one that looks the same, is taken; revoked tokens keep their names."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What is known of a recognised token."""

    id: int
    name: str
    right: str
    expires_at: datetime | None


_remembered: dict[str, tuple[float, Holder]] = {}
_noted: dict[str, float] = {}


def digest(secret: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create(name: str, right: str, *, by: By, expires_at: datetime | None = None) -> str:
    """Make a token and give its text, which cannot be read again.

    Raises NameTaken; ValueError for an unknown right.
    """
    if right not in TOKEN_RIGHTS:
        raise ValueError(f"{right} is not a right of a token")
    secret = PREFIX + secrets.token_urlsafe(32)
    with writing():
        told = names.taken(name)
        if told is None:
            _make(secret, name, right, by, expires_at)
    if told is not None:
        raise NameTaken(told)
    return secret


def _make(
    secret: str, name: str, right: str, by: By, expires_at: datetime | None
) -> None:
    Token.objects.create(
        name=name,
        sha256=digest(secret),
        right=right,
        created_by=by.name,
        created_at=timezone.now(),
        expires_at=expires_at,
    )
    until = expires_at.isoformat() if expires_at else "never"
    audit.record(by, "token", name, what="created", right=right, expires=until)


def revoke(token: Token, *, by: By) -> None:
    """Revoke a token; a second time changes nothing."""
    with writing():
        revoked = Token.objects.filter(id=token.id, revoked_at=None).update(
            revoked_at=timezone.now()
        )
        if revoked:
            audit.record(by, "token", token.name, what="revoked")
    _remembered.pop(token.sha256, None)


def recognise(secret: str) -> Holder:
    """Give who holds this token; raises TokenRefused when it is unknown, revoked or expired.

    The database is asked at most once in `REMEMBERED` seconds for each token and process.
    """
    key = digest(secret)
    moment = time.monotonic()
    read_at, holder = _remembered.get(key, (0.0, None))
    if holder is None or moment - read_at > REMEMBERED:
        holder = _read(key)
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[key] = (moment, holder)
    if holder.expires_at and holder.expires_at <= timezone.now():
        raise TokenRefused(
            f"This token expired on {holder.expires_at:%Y-%m-%d %H:%M} UTC."
        )
    _note_use(key, holder, moment)
    return holder


def _read(key: str) -> Holder:
    token = Token.objects.filter(sha256=key).first()
    if token is None:
        raise TokenRefused("This token is not known.")
    if token.revoked_at is not None:
        raise TokenRefused("This token was revoked.")
    return Holder(token.id, token.name, token.right, token.expires_at)


def _note_use(key: str, holder: Holder, moment: float) -> None:
    """Store the time of the last use, at most once a minute; a failure is only logged."""
    if moment - _noted.get(key, -NOTED) < NOTED:
        return
    _noted[key] = moment
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(seconds=NOTED))
    stale |= Q(last_used_at__gt=now)  # from before the clock was set back
    try:
        Token.objects.filter(stale, id=holder.id).update(last_used_at=now)
    except DatabaseError as error:
        log.warning("the last use of token %s was not recorded: %s", holder.name, error)
