"""Triggers as their pages show them: who has them, what they caused, when events came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import add

from django.db import connection
from django.db.models import Max, Sum

from dashboard.models import EventRecord, RollUp, Run
from dashboard.models.keys import trigger_key
from dashboard.queries.tallies import SUMS, History, Window
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.errors import TriggerSyntaxError
from qubecb.runner.outcome import BAD
from qubecb.triggers import EventSpec, Trigger, parse

#: Event kinds that are looked up at once.
_KINDS = 200

_BAD = reduce(add, (Sum(state.value) for state in BAD))
_TOTAL = reduce(add, SUMS.values())

Kind = tuple[str, str]
Callback = tuple[str, str]


@dataclass(slots=True)
class TriggerRow:
    """One distinct trigger: its text, its callbacks, and what came of it."""

    text: str
    #: Read for those that are shown: see `with_histories`.
    history: History = field(default_factory=lambda: History(()))
    callbacks: list[Callback] = field(default_factory=list)
    #: Whether a mapping has it now.
    mapped: bool = False
    #: Runs that ended, and those of them that went wrong.
    total: int = 0
    bad: int = 0
    last_event: datetime | None = None

    @property
    def key(self) -> str:
        """What names it in an address."""
        return trigger_key(self.text)


@dataclass(frozen=True, slots=True)
class SeenSpec:
    """One event spec of a trigger, and the newest events of its name and type."""

    spec: EventSpec
    last: EventRecord | None


def mapped_triggers(
    meanings: Iterable[tuple[str, Sequence[EffectiveMapping]]],
) -> dict[str, TriggerRow]:
    """The distinct triggers of the mappings in force, by key; statistics not read yet.

    Takes each directory with what the dispatcher uses of it.
    """
    found: dict[str, TriggerRow] = {}
    for directory, mappings in meanings:
        for mapping in mappings:
            key = trigger_key(mapping.trigger)
            row = found.setdefault(key, TriggerRow(mapping.trigger, mapped=True))
            row.callbacks.append((directory, mapping.file))
    return found


def with_totals(rows: dict[str, TriggerRow], window: Window) -> list[TriggerRow]:
    """Read the totals of triggers, including those that ran but are no longer mapped.

    Gives them with what went wrong most first, then by how much they ran.
    """
    sums = window.within(RollUp.objects.all()).values("trigger_key")
    for found in sums.annotate(text=Max("trigger"), bad=_BAD, total=_TOTAL):
        row = rows.setdefault(found["trigger_key"], TriggerRow(found["text"]))
        row.bad, row.total = found["bad"], found["total"]
    return sorted(rows.values(), key=lambda row: (-row.bad, -row.total, row.text))


def with_histories(rows: Sequence[TriggerRow], window: Window) -> None:
    """Read the hours or days of some triggers, and callbacks that are no longer mapped."""
    keys = [row.key for row in rows]
    some = RollUp.objects.filter(trigger_key__in=keys)
    histories = window.read(some, "trigger_key")
    columns = ("trigger_key", "directory", "file")
    whose = window.within(some).values_list(*columns).distinct().order_by(*columns)
    for row in rows:
        row.history = histories.get((row.key,)) or window.history()
        row.callbacks = row.callbacks or [
            (directory, file) for key, directory, file in whose if key == row.key
        ]


def with_last_events(rows: Sequence[TriggerRow]) -> None:
    """Read when an event of the names and types of each trigger came last."""
    kinds = {row.key: kinds_of(row.text) for row in rows}
    wanted = sorted({kind for each in kinds.values() for kind in each})
    last = {kind: event.accepted_at for kind, event in last_events(wanted).items()}
    for row in rows:
        moments = [last[kind] for kind in kinds[row.key] if kind in last]
        row.last_event = max(moments, default=None)


def kinds_of(text: str) -> set[Kind]:
    """Names and types of the events that a trigger waits for; none if it cannot be read."""
    found = read(text)
    return {kind for spec in found.specs for kind in spec.kinds} if found else set()


def read(text: str) -> Trigger | None:
    """The trigger that a text is, or None."""
    try:
        return parse(text)
    except TriggerSyntaxError:
        return None


def last_events(kinds: Sequence[Kind]) -> dict[Kind, EventRecord]:
    """The newest event of each name and type; each is one look into an index."""
    if not kinds:
        return {}
    wanted = ", ".join(["(%s, %s)"] * len(kinds[:_KINDS]))
    statement = f"""
        WITH wanted(name, type) AS (VALUES {wanted})
        SELECT (
            SELECT event.sequence FROM dashboard_eventrecord AS event
            WHERE event.name = wanted.name AND event.type = wanted.type
            ORDER BY event.sequence DESC LIMIT 1
        ) FROM wanted
    """  # noqa: S608 (placeholders only)
    with connection.cursor() as cursor:
        cursor.execute(statement, [text for kind in kinds[:_KINDS] for text in kind])
        keys = [key for (key,) in cursor.fetchall() if key is not None]
    found = EventRecord.objects.defer("job").in_bulk(keys)
    return {(event.name, event.type): event for event in found.values()}


def seen_specs(trigger: Trigger) -> list[SeenSpec]:
    """Each event spec of a trigger, with the newest event of its kind."""
    kinds = sorted({kind for spec in trigger.specs for kind in spec.kinds})
    last = last_events(kinds)
    return [SeenSpec(spec, _newest(spec, last)) for spec in trigger.specs]


def _newest(spec: EventSpec, last: dict[Kind, EventRecord]) -> EventRecord | None:
    found = [last[kind] for kind in spec.kinds if kind in last]
    return max(found, key=lambda event: event.sequence, default=None)


def text_of(key: str) -> str | None:
    """The text of a trigger that has run, by its key; None when it is unknown."""
    for known in (RollUp.objects, Run.objects):
        text = known.filter(trigger_key=key).values_list("trigger", flat=True).first()
        if text is not None:
            return str(text)
    return None


def history_by_callback(key: str, window: Window) -> dict[Callback, History]:
    """The history of one trigger, callback by callback."""
    found = window.read(RollUp.objects.filter(trigger_key=key), "directory", "file")
    return {(directory, file): history for (directory, file), history in found.items()}


def history_of(key: str, window: Window) -> History:
    """The history of one trigger."""
    rows = RollUp.objects.filter(trigger_key=key)
    return window.read(rows).get(()) or window.history()
