"""Which event satisfied which event spec of a run's `&&` trigger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from dashboard.models import EventRecord, Run


@dataclass(frozen=True, slots=True)
class SatisfiedBy:
    """An event spec, the event that satisfied it first, and when that was accepted.

    Without a sequence nobody knows the event: it came before events were remembered.
    """

    spec: str
    sequence: int | None
    event: str | None
    at: datetime | None
    #: The event itself, while it is stored; not read where only its id is wanted.
    cause: EventRecord | None = None


def satisfied_by(run: Run) -> list[SatisfiedBy] | None:
    """Give what satisfied a run's trigger, in the order of acceptance.

    Nothing for a trigger without `&&`, which its event alone made true. None: not known, for
    it is from before this was kept, or a simulation.
    """
    if run.satisfied_by is None:
        return None if "&&" in run.trigger else []
    return [_read(each) for each in run.satisfied_by]


def with_causes(run: Run) -> list[SatisfiedBy] | None:
    """The same with the events that are still stored."""
    found = satisfied_by(run)
    if not found:
        return found
    sequences = [each.sequence for each in found if each.sequence is not None]
    events = EventRecord.objects.defer("job").in_bulk(sequences)
    return [_read(told, events) for told in run.satisfied_by or ()]


def _read(
    told: tuple[str, int | None, str | None, str | None],
    events: Mapping[int | None, EventRecord] = MappingProxyType({}),
) -> SatisfiedBy:
    spec, sequence, event, at = told
    moment = datetime.fromisoformat(at) if at else None
    if moment is not None and moment.tzinfo is None:  # as SQLite has it
        moment = moment.replace(tzinfo=UTC)
    return SatisfiedBy(spec, sequence, event, moment, events.get(sequence))
