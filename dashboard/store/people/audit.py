"""What people and tokens did: who, when, from where, what, to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone

from dashboard.models import AuditEntry
from dashboard.store.database.transactions import writing

#: Who can act. A person and a token never have names that look the same; the kind is
#: recorded even so, because acts are kept longer than people and tokens.
Kind = Literal["person", "token", "command line", "nobody"]


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and from where: an address, or `command line`."""

    name: str
    origin: str
    kind: Kind = "person"
    #: The key of the person or the token.
    identity: int | None = None


def record(by: By, act: str, subject: str, **details: Any) -> AuditEntry:
    """Record an act. Call it in the write transaction that carries the act out.

    So both are stored or neither is. Outside of a transaction it is durable when this returns.
    Takes who acts, a short stable verb (`save`, `fire`, `pause`, …), what it was done to, and
    anything that can be written as JSON.
    """
    with writing():
        return AuditEntry.objects.create(
            at=timezone.now(),
            actor=by.name[:150],
            actor_kind=by.kind,
            actor_id=by.identity,
            origin=by.origin[:100],
            act=act[:30],
            subject=subject[:500],
            details=details,
        )


def amend(entry: AuditEntry, **details: Any) -> None:
    """Add to the details of an act that is carried out in portions; call it like `record`."""
    entry.details |= details
    with writing():
        entry.save(update_fields=["details"])
