"""Answers "why" for some mappings, for one event or for a job, from what a story has read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.store.past.records import events_at
from dashboard.store.past.story import Story
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId
from qubecb.triggers import Trigger
from qubecb.why.answer import Answer
from qubecb.why.answering import answer_of
from qubecb.why.case import Case
from qubecb.why.evidence import RecordedEvent, RecordedRun
from qubecb.why.furthest import Wanted, furthest, look
from qubecb.why.nothing import before_history, nothing_came, unknown_job
from qubecb.why.of_runs import of_run
from qubecb.why.witness import Moment


@dataclass(frozen=True, slots=True)
class Known:
    """The known runs, all of them and by mapping."""

    all: Sequence[RecordedRun]
    by_key: Mapping[MappingKey, Sequence[RecordedRun]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[MappingKey, list[RecordedRun]] = defaultdict(list)
        for each in self.all:
            found[each.key].append(each)
        object.__setattr__(self, "by_key", found)

    def mappings(self) -> set[MappingKey]:
        """The mappings that have runs."""
        return set(self.by_key)

    def of(self, key: MappingKey, job: JobId) -> list[RecordedRun]:
        """Those of a mapping for a job."""
        return [each for each in self.by_key.get(key, ()) if (each.job or 0) == job]


def answers(
    story: Story, runs: Known, keys: Sequence[MappingKey]
) -> dict[MappingKey, Answer]:
    """Answer for some mappings. Takes the known runs; the story has the event, if the question names one."""
    if story.event is not None:
        return _at_event(story, story.event, runs, keys)
    if not story.is_known:
        return {each: unknown_job(each, story.job) for each in keys}
    return _at_best(story, runs, keys)


# For one event.


def _at_event(
    story: Story, event: RecordedEvent, runs: Known, keys: Sequence[MappingKey]
) -> dict[MappingKey, Answer]:
    witness = story.witness()
    witness.until(event.accepted.sequence, event.planned_at)
    moment = look(witness, event)
    return {
        key: answer_of(_case(story, runs.of(key, story.job), key, event, moment))
        for key in keys
    }


def _case(
    story: Story,
    runs: Sequence[RecordedRun],
    key: MappingKey,
    event: RecordedEvent,
    moment: Moment | None,
) -> Case:
    mapped = story.mapped(key, moment)
    return Case(
        key, event, moment, mapped, runs, story.kept_since, story.by_place, story.seen
    )


# For a job: the event that came furthest.


def _at_best(
    story: Story, runs: Known, keys: Sequence[MappingKey]
) -> dict[MappingKey, Answer]:
    mine = {key: runs.of(key, story.job) for key in keys}
    best = {key: _best(found) for key, found in mine.items() if found}
    events = dict(story.by_place)
    events |= events_at({each.event for each in best.values()} - events.keys())
    wanted = Wanted()
    for key in keys:
        _want(wanted, key, story, best.get(key))

    def make(key: MappingKey, event: RecordedEvent, moment: Moment | None) -> Case:
        return _case(story, mine[key], key, event, moment)

    found = furthest(story.witness(), events, wanted, make)
    return {
        key: answer_of(found[key]) if key in found else _nothing(story, key)
        for key in keys
    }


def _best(runs: Iterable[RecordedRun]) -> RecordedRun:
    """The run that came furthest; of several the last."""
    planned = [each for each in runs if each.replay_of is None]
    return max(planned or runs, key=lambda each: (of_run(each).code.place, each.id))


def _want(
    wanted: Wanted, key: MappingKey, story: Story, run: RecordedRun | None
) -> None:
    """Judge a mapping at the event for which it ran; if it never ran, at all similar events."""
    if run is not None:
        wanted.events[run.event].append(key)
        return
    triggers = _triggers(story, key)
    for each in triggers:
        wanted.add(key, each.specs)
    if not triggers and story.last is not None:
        wanted.events[story.last].append(key)


def _triggers(story: Story, key: MappingKey) -> list[Trigger]:
    texts = (each for each in story.all_texts if each.directory == key.directory)
    return [trigger for each in texts for trigger in each.triggers([key.file])]


def _nothing(story: Story, key: MappingKey) -> Answer:
    if story.kept_since is not None:
        return before_history(key, story.job, story.kept_since)
    trigger = next(iter(_triggers(story, key)), None)
    if trigger is None:
        return unknown_job(key, story.job)
    return nothing_came(key, story.job, trigger, story.nearby, story.seen)
