"""Logins, wrong passwords and lock-outs, for the audit log.

Anybody who tries passwords causes entries, so they are bounded: tries of one name from one
address are one entry with a count, and after a number of entries in an hour all further tries
share one entry. Nothing here raises: a login must not depend on the audit log.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils import timezone

from dashboard.models import AuditEntry
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from qubecb.errors import StoreError

log = logging.getLogger(__name__)
FAILED = "sign-in-failed"
LOCKED = "locked-out"
#: Tries within this time are one entry.
TOGETHER = timedelta(minutes=15)
MOST_AN_HOUR = 200
#: The name in the entry that counts the rest of an hour.
OTHERS = "(other names)"


def signed(by: By, act: str) -> None:
    """Record a login or logout (`sign-in`, `sign-out`)."""
    try:
        audit.record(by, act, by.name)
    except (StoreError, DatabaseError) as error:
        log.warning("a %s was not recorded: %s", act, error)


def refused(name: str, origin: str, act: str = FAILED) -> None:
    """Record a wrong password (FAILED) or a lock-out (LOCKED): the name tried, from where."""
    try:
        with writing():
            _count(By(name or "(no name)", origin, "nobody"), act, timezone.now())
    except (StoreError, DatabaseError) as error:
        log.warning("a %s was not recorded: %s", act, error)


def _count(by: By, act: str, now: datetime) -> None:
    if _added(by.name[:150], by.origin[:100], act, now - TOGETHER):
        return
    hour = now - timedelta(hours=1)
    recent = AuditEntry.objects.filter(act=act, at__gte=hour).order_by("-id")
    if len(recent.values_list("id")[:MOST_AN_HOUR]) < MOST_AN_HOUR:
        audit.record(by, act, by.name, times=1)
    elif not _added(OTHERS, "", act, hour):
        audit.record(By(OTHERS, "", "nobody"), act, OTHERS, times=1)


def _added(name: str, origin: str, act: str, since: datetime) -> bool:
    """Add one to the entry that stands for these tries, if there is one."""
    entry = (
        AuditEntry.objects.filter(actor=name, act=act, origin=origin, at__gte=since)
        .order_by("-id")
        .first()
    )
    if entry is None:
        return False
    audit.amend(entry, times=int(entry.details.get("times", 1)) + 1)
    return True
