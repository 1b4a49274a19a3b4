"""How many events of each kind came in each hour, so that nobody counts events for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models

from qubecb.triggers.expression import EventSpec

#: A name and a type.
Kind = tuple[str, str]

_SEEN = """
    WITH wanted (name, type) AS (VALUES {places})
    SELECT newest.*, (
        SELECT COALESCE(SUM(hourly.count), 0) FROM dashboard_eventkind AS hourly
        WHERE hourly.name = wanted.name AND hourly.type = wanted.type
        AND hourly.hour >= %s
    ) AS since
    FROM wanted JOIN dashboard_eventkind AS newest ON newest.id = (
        SELECT id FROM dashboard_eventkind AS its
        WHERE its.name = wanted.name AND its.type = wanted.type
        ORDER BY its.hour DESC LIMIT 1
    )
"""


class EventKind(models.Model):
    """The events of one kind, tests left out, that were accepted in one hour."""

    #: Once it is read by `seen`: how many came since the time that was asked about.
    since: int

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=20)
    #: The full hour, UTC.
    hour = models.DateTimeField()
    count = models.BigIntegerField()
    #: The sequence of the last of them, and when that was accepted.
    last = models.BigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        """One row an hour and kind."""

        constraints = (
            models.UniqueConstraint(
                fields=["name", "type", "hour"], name="one_kind_an_hour"
            ),
        )
        indexes = (models.Index(fields=["hour"], name="kind_hour"),)

    def __str__(self) -> str:
        return f"{self.name}-{self.type} in the hour of {self.hour:%Y-%m-%d %H}"


@dataclass(frozen=True, slots=True)
class Seen:
    """How often an event came that may satisfy an event spec, and when last."""

    #: In whole hours, the one of the time that was asked about included.
    count: int = 0
    last: int | None = None
    last_at: datetime | None = None


def seen(specs: Iterable[EventSpec], since: datetime) -> dict[EventSpec, Seen]:
    """Give for each spec how many of its kind came since then, and the last; in one query.

    Neither context nor extra counts: what came may have been about another job or item.
    """
    wanted = {spec: spec.kinds for spec in specs}
    rows = _rows({kind for kinds in wanted.values() for kind in kinds}, since)
    return {
        spec: _together([rows[kind] for kind in kinds if kind in rows])
        for spec, kinds in wanted.items()
    }


def full_hour(at: datetime) -> datetime:
    """Give the beginning of the hour in which a time is."""
    return at.replace(minute=0, second=0, microsecond=0)


def counted_from() -> datetime | None:
    """Give the oldest hour in which anything is known to have come: before it nothing is."""
    oldest = EventKind.objects.order_by("hour").values_list("hour", flat=True)
    return oldest.first()


def _rows(kinds: set[Kind], since: datetime) -> dict[Kind, EventKind]:
    if not kinds:
        return {}
    statement = _SEEN.format(places=", ".join(["(%s, %s)"] * len(kinds)))
    hour = connection.ops.adapt_datetimefield_value(full_hour(since))
    asked = [*(part for kind in kinds for part in kind)]
    found = EventKind.objects.raw(statement, [*asked, hour])
    return {(row.name, row.type): row for row in found}


def _together(rows: list[EventKind]) -> Seen:
    if not rows:
        return Seen()
    newest = max(rows, key=lambda row: row.last)
    return Seen(sum(int(row.since) for row in rows), newest.last, newest.last_at)
