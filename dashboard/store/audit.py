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


def record(by: By, act: str, subject: str, **details: Any) -> None:
    """Record an act. It is durable when this returns.

    Takes who acts, a short stable verb (`save`, `fire`, `pause`, …), what it was done to, and
    anything that can be written as JSON.
    """
    with writing():
        AuditEntry.objects.create(
            at=timezone.now(),
            actor=by.name[:150],
            origin=by.origin[:100],
            act=act[:30],
            subject=subject[:500],
            details=details,
        )
