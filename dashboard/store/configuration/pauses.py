"""Pauses and resumes a callback, a directory or everything."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from dashboard.machine.waking import RUNS, wake
from dashboard.models import PauseRecord
from dashboard.models.pauses import (
    HOLDS,
    REPLACED,
    RESUMED,
    TIME,
    standing_pauses,
)
from dashboard.store.configuration.naming import Places
from dashboard.store.configuration.site import qb_conf
from dashboard.store.database import sql
from dashboard.store.database.locks import Key, take_turn
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from qubecb.dispatch.ports.configuration import Pause
from qubecb.dispatch.suppression import Suppression, disabled

#: What the dispatcher and the worker read of a pause.
COLUMNS = "pause.id, pause.directory, pause.file, pause.reason, pause.until"
_IN_FORCE = f"""
    SELECT {COLUMNS} FROM dashboard_pauserecord AS pause WHERE {HOLDS} ORDER BY id
"""  # noqa: S608 (constants)


def pause(
    directory: str | None,
    file: str | None,
    reason: str,
    until: float | None,
    by: By,
) -> None:
    """Pause a callback; `file` None: its directory; both None: everything.

    Takes why, until when (Unix seconds; None: until somebody resumes it) and who. It holds at
    once, also for runs that are queued already. It replaces a pause of the same target.
    """
    with writing():
        now = _moment_between_plans()
        _open(directory, file).update(
            ended_at=now, ended_by=by.name[:150], ending=REPLACED
        )
        PauseRecord.objects.create(
            directory=directory or "",
            file=file or "",
            reason=reason[:500],
            author=by.name[:150],
            created_at=now,
            until=None if until is None else datetime.fromtimestamp(until, UTC),
        )
        subject = _subject(directory, file)
        audit.record(by, "pause", subject, reason=reason, until=until)


def resume(directory: str | None, file: str | None, by: By) -> bool:
    """End a pause; gives whether there was one."""
    with writing():
        now = _moment_between_plans()
        ended = _open(directory, file).update(
            ended_at=now, ended_by=by.name[:150], ending=RESUMED
        )
        if ended:
            audit.record(by, "resume", _subject(directory, file))
    wake(RUNS)
    return bool(ended)


def _moment_between_plans() -> datetime:
    """Give a time at which nothing is being planned, and end the pauses that are over by then.

    So every batch is planned before it or after it, on PostgreSQL too, and the time at which a
    batch was planned says which pauses it was planned with.
    """
    take_turn(Key.DISPATCHER)
    now = timezone.now()
    end_those_over(now)
    return now


def end_those_over(now: datetime) -> None:
    """Record the end of pauses whose time has passed. Call it in a transaction."""
    over = PauseRecord.objects.filter(ended_at__isnull=True, until__lte=now)
    over.update(ended_at=F("until"), ending=TIME)


def _open(directory: str | None, file: str | None) -> QuerySet[PauseRecord]:
    """The pause of exactly this target that has not ended: one or none."""
    return PauseRecord.objects.filter(
        directory=directory or "", file=file or "", ended_at__isnull=True
    )


def _subject(directory: str | None, file: str | None) -> str:
    """The subject of the audit entry."""
    return "/".join(filter(None, (directory, file))) or "everything"


def pauses() -> list[PauseRecord]:
    """Give the pauses in force with who made them and when, for pages."""
    return standing_pauses(timezone.now())


def in_force(now: float | None = None) -> list[Pause]:
    """Give the pauses in force as the dispatcher and the worker need them."""
    found = sql.rows(_IN_FORCE, [sql.moment(time.time() if now is None else now)])
    return [pause_of(row) for row in found]


def pause_of(row: Sequence[Any]) -> Pause:
    """Make a pause of a row of COLUMNS."""
    identity, directory, file, reason, until = row
    end = None if until is None else sql.unix(until)
    return Pause(directory or None, file or None, reason, end, identity)


def pauses_at(moment: datetime) -> list[PauseRecord]:
    """Give the pauses in force at a past time, in the order in which they began.

    Events that have this time as `planned_at` were planned with them.
    """
    return pauses_between(moment, moment)


def pauses_between(since: datetime, until: datetime) -> list[PauseRecord]:
    """Give the pauses in force at any time between two, both included.

    Of the time before `kept_since(PAUSES)`, only pauses that were in force at that moment are
    known.
    """
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gt=since)
    in_time = Q(until__isnull=True) | Q(until__gt=since)
    found = PauseRecord.objects.filter(not_ended, in_time, created_at__lte=until)
    return list(found.order_by("id"))


def suppression(now: float) -> Suppression:
    """Give what keeps callbacks from running at that moment: pauses and language flags."""
    return Suppression(in_force(now), qb_conf(), now)


def kept_back(callbacks: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Say why callbacks would not run now: `mail.py is paused …`; those that would are left out.

    Takes and gives directory and file.
    """
    stopped = {(each.directory, each.file): each for each in pauses()}
    conf, found, where = qb_conf(), {}, Places()
    for directory, file in callbacks:
        places = ((directory, file), (directory, ""), ("", ""))
        pause = next((stopped[each] for each in places if each in stopped), None)
        place = where.of(directory, file)
        name = f"{file} in {place}" if place else file
        said = _words(pause, name) if pause else disabled(file, conf)
        if said:
            found[directory, file] = said
    return found


def _words(pause: PauseRecord, name: str) -> str:
    """`mail.py is paused by ana until 14:30: the mail server is down`."""
    what = name if pause.file else pause.directory or "every callback"
    zone = f"{timezone.localtime():%Z}"
    until = f" until {clock(pause.until)} {zone}" if pause.until else ""
    why = f": {pause.reason}" if pause.reason else ""
    return f"{what} is paused by {pause.author}{until}{why}"


def clock(moment: datetime) -> str:
    """A moment to the minute, with its day unless that is today: `14:30`, `3 Mar 2027, 14:30`."""
    here = timezone.localtime(moment)
    today = here.date() == timezone.localdate()
    return f"{here:%H:%M}" if today else f"{here:%-d %b %Y, %H:%M}"
