"""What people and tokens did: who, when, from where, what, to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from dashboard.models import AuditEntry
from dashboard.store.transactions import writing


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and from where: an address, or `command line`."""

    name: str
    origin: str


def record(by: By, act: str, subject: str, **details: Any) -> AuditEntry:
    """Record an act; to be called in the write transaction that carries it out.

    So both are stored or neither is. Called outside of one, it is durable when this returns.
    Takes who acts, a short stable verb (`save`, `fire`, `pause`, …), what it was done to, and
    anything that can be written as JSON.
    """
    with writing():
        return AuditEntry.objects.create(
            at=timezone.now(),
            actor=by.name[:150],
            origin=by.origin[:100],
            act=act[:30],
            subject=subject[:500],
            details=details,
        )


def amend(entry: AuditEntry, **details: Any) -> None:
    """Add to the details of an act that is carried out in portions, in the same way."""
    entry.details |= details
    with writing():
        entry.save(update_fields=["details"])
