"""Why events of a job caused nothing: for each event the callback that came nearest, in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from dashboard.models import EventRecord, InForceRecord
from dashboard.store.past.answers import Known
from dashboard.store.past.runs import REAL, runs_where
from dashboard.store.past.story import Story
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId
from qubecb.why.case import Case
from qubecb.why.causes import Cause
from qubecb.why.evidence import RecordedEvent
from qubecb.why.finding import first_cause
from qubecb.why.furthest import Wanted, met
from qubecb.why.witness import Moment

#: A job with more records is judged only on the page of why.
MOST_RECORDS = 3_000
#: Pairs of event and callback that are judged for one page at most, the newest events first.
MOST_CASES = 5_000
#: Answers that are kept in memory: the past does not change.
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Silence:
    """Why nothing came of an event."""

    #: The callback that came nearest; None: none waits for an event of this name.
    key: MappingKey | None
    cause: Cause | None


#: The event's id, when it was planned, and what is in force now, which sentences mention.
_Key = tuple[str, datetime | None, int | None]
_answers: dict[_Key, Silence] = {}


def silences(job: JobId, events: Sequence[EventRecord]) -> dict[int, Silence]:
    """Say why these events of a job caused nothing, by sequence.

    Leaves out a job that has too many records to be planned again for one page, and events for
    which too many callbacks would have to be judged.
    """
    if not events:
        return {}
    forces = InForceRecord.objects.order_by("-id").values_list("id", flat=True)
    force = forces.first()
    keys = {each.sequence: (each.event_id, each.planned_at, force) for each in events}
    missing = {each for each, key in keys.items() if key not in _answers}
    if missing and _is_short(job):
        if len(_answers) > _KEPT:
            _answers.clear()
        for sequence, silence in _judged(job, missing):
            _answers[keys[sequence]] = silence
    found = {each: _answers.get(key) for each, key in keys.items()}
    return {each: silence for each, silence in found.items() if silence}


def _is_short(job: JobId) -> bool:
    records = EventRecord.objects.filter(job_id=job)[: MOST_RECORDS + 1]
    return records.count() <= MOST_RECORDS


def _judged(job: JobId, sequences: Collection[int]) -> Iterator[tuple[int, Silence]]:
    story = Story(job)
    story.files = {file for text in story.all_texts for file in text.by_file}
    events = {e.accepted.sequence: e for e in story.records}
    waiting, wanted, cases = _waiting(story), Wanted(), 0
    for sequence in sorted(sequences & events.keys(), reverse=True):
        keys = waiting.get(events[sequence].accepted.event.name, [])
        cases += len(keys)
        if not keys:
            yield sequence, Silence(None, None)
        elif cases <= MOST_CASES:
            wanted.events[sequence] = keys
    runs = Known(runs_where(REAL & Q(job=job, satisfied_by__isnull=False)))
    for event, moment in met(story.witness(), events, wanted):
        found = _nearest(story, event, moment, wanted.at(event), runs)
        if found is not None:
            yield event.accepted.sequence, found


def _waiting(story: Story) -> dict[str, list[MappingKey]]:
    """The mappings that wait for an event of a name, by name, whatever else they ask of it."""
    found: dict[str, dict[MappingKey, None]] = {}
    for text in story.all_texts:
        for file in sorted(text.by_file):
            for trigger in text.triggers([file]):
                for name in {name for spec in trigger.specs for name, _ in spec.kinds}:
                    found.setdefault(name, {})[MappingKey(text.directory, file)] = None
    return {name: [*keys] for name, keys in found.items()}


def _nearest(
    story: Story,
    event: RecordedEvent,
    moment: Moment | None,
    keys: Iterable[MappingKey],
    runs: Known,
) -> Silence | None:
    best: tuple[int, Silence] | None = None
    for key in keys:
        mapped = story.mapped(key, moment)
        mine = runs.by_key.get(key, ())
        cause = first_cause(Case(key, event, moment, mapped, mine, story.kept_since))
        if cause and (best is None or cause.code.place > best[0]):
            best = cause.code.place, Silence(key, cause)
    return best[1] if best else None
