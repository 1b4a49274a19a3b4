"""Stopping a callback, a directory or everything, and letting it go on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils import timezone

from dashboard.models import PauseRecord
from dashboard.store import audit, sql
from dashboard.store.audit import By
from dashboard.store.naming import Places
from dashboard.store.site import qb_conf
from dashboard.store.transactions import writing
from dashboard.store.waking import RUNS, knock
from qubecb.dispatch.ports import Pause
from qubecb.dispatch.suppression import Suppression, disabled

#: What is read of a pause, and which have not ended at a moment.
COLUMNS = "directory, file, reason, until"
HOLDS = "(until IS NULL OR until > %s)"
_IN_FORCE = f"""
    SELECT {COLUMNS} FROM dashboard_pauserecord WHERE {HOLDS} ORDER BY id
"""  # noqa: S608 (constants)


def pause(
    directory: str | None,
    file: str | None,
    reason: str,
    until: float | None,
    by: By,
) -> None:
    """Stop a callback; `file` None: its directory; both None: everything.

    Takes why, until when (Unix seconds; None: until somebody resumes it) and who. It holds
    at once, for runs that are queued already too. A pause of the same target is replaced.
    """
    with writing():
        PauseRecord.objects.update_or_create(
            directory=directory or "",
            file=file or "",
            defaults={
                "reason": reason[:500],
                "author": by.name,
                "created_at": timezone.now(),
                "until": None if until is None else datetime.fromtimestamp(until, UTC),
            },
        )
        subject = _subject(directory, file)
        audit.record(by, "pause", subject, reason=reason, until=until)


def resume(directory: str | None, file: str | None, by: By) -> bool:
    """Let it go on; gives whether it was paused."""
    with writing():
        found = PauseRecord.objects.filter(directory=directory or "", file=file or "")
        ended, _ = found.delete()
        if ended:
            audit.record(by, "resume", _subject(directory, file))
    knock(RUNS)
    return bool(ended)


def _subject(directory: str | None, file: str | None) -> str:
    """What the audit log calls it."""
    return "/".join(filter(None, (directory, file))) or "everything"


def pauses() -> list[PauseRecord]:
    """Give the pauses that have not ended, with who and when, for pages."""
    now = timezone.now()
    return [
        each
        for each in PauseRecord.objects.order_by("id")
        if each.until is None or each.until > now
    ]


def in_force(now: float | None = None) -> list[Pause]:
    """Give the pauses that have not ended, as the dispatcher and the worker need them."""
    found = sql.rows(_IN_FORCE, [sql.moment(time.time() if now is None else now)])
    return [pause_of(row) for row in found]


def pause_of(row: sql.Row) -> Pause:
    """Make a pause of a row of COLUMNS."""
    directory, file, reason, until = row
    end = None if until is None else sql.unix(until)
    return Pause(directory or None, file or None, reason, end)


def suppression(now: float) -> Suppression:
    """Give what keeps callbacks from running at that moment: pauses and language flags."""
    return Suppression(in_force(now), qb_conf(), now)


def kept_back(callbacks: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Say of each of these callbacks that would not run now why that is: `mail.py is paused …`.

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
