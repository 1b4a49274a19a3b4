"""Asks why callbacks did or did not run: for one event, for a job, for one file or for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from dashboard.store.past.records import events_at
from dashboard.store.past.runs import runs_where
from dashboard.store.past.story import Story
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.triggers import Trigger
from qubecb.why.answer import Answer
from qubecb.why.answering import answer_of
from qubecb.why.case import Case
from qubecb.why.causes import Code
from qubecb.why.evidence import Mapped, RecordedEvent, RecordedRun
from qubecb.why.furthest import Wanted, furthest, look
from qubecb.why.nothing import before_history, nothing_came, unknown_job
from qubecb.why.of_runs import of_run
from qubecb.why.witness import Moment

#: Mappings in one answer.
MOST = 500
_PLACE = {code: place for place, code in enumerate(Code)}


class UnknownFile(Exception):
    """No callbacks.conf that counts for the question names the file."""


class SeveralDirectories(Exception):
    """More than one callback directory maps the file. Takes their paths."""

    def __init__(self, directories: Sequence[str]) -> None:
        super().__init__(", ".join(directories))
        self.directories = directories


@dataclass(frozen=True, slots=True)
class Page:
    """Answers, one a mapping, and the mapping after which the next page begins, or None."""

    items: Sequence[Answer]
    next: MappingKey | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of an event, of a job, or of an event for a job."""

    event: RecordedEvent | None = None
    #: Whose callbacks; None: those of the job that it ran for, else of the event's own.
    job: int | None = None


def why(question: Question, file: str, directory: str | None = None) -> Answer:
    """Answer for one file. Raises UnknownFile and SeveralDirectories."""
    runs = _Runs(_runs_of(question, Q(file=file)))
    story = _story(question, runs)
    story.files = {file}
    key = _key_of(story, runs, file, directory)
    return _answers(story, runs, [key])[key]


def why_each(question: Question, after: MappingKey | None = None) -> Page:
    """Answer for every mapping that there was for the job, or is now: one page of them."""
    runs = _Runs(_runs_of(question, Q()))
    story = _story(question, runs)
    keys = sorted(
        {key for text in story.all_texts for key in text.mappings()} | runs.mappings(),
        key=_order,
    )
    rest = keys if after is None else [e for e in keys if _order(e) > _order(after)]
    page = rest[:MOST]
    story.files = {each.file for each in page}
    found = _answers(story, runs, page)
    more = page[-1] if len(rest) > MOST else None
    return Page([found[each] for each in page], more)


def _order(key: MappingKey) -> tuple[str, str]:
    return key.directory, key.file


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs that are known, and by mapping."""

    all: Sequence[RecordedRun]
    by_key: Mapping[MappingKey, Sequence[RecordedRun]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[MappingKey, list[RecordedRun]] = defaultdict(list)
        for each in self.all:
            found[each.key].append(each)
        object.__setattr__(self, "by_key", found)

    def mappings(self) -> set[MappingKey]:
        return set(self.by_key)

    def of(self, key: MappingKey, job: int) -> list[RecordedRun]:
        """Those of a mapping for a job."""
        return [each for each in self.by_key.get(key, ()) if (each.job or 0) == job]


def _runs_of(question: Question, which: Q) -> list[RecordedRun]:
    """Runs of the event, and those of the job, which tell what they counted."""
    event, job = question.event, question.job
    if event is None:
        return runs_where(which & Q(job=job))
    whose = event.accepted.event.job.id if job is None else job
    caused = Q(event=event.accepted.sequence)
    return runs_where(which & (caused | Q(job=whose) if whose else caused))


def _story(question: Question, runs: _Runs) -> Story:
    event, job = question.event, question.job
    if event is None:
        return Story(job or 0)
    if job is None:
        job = _ran_for(runs.all, event)
    return Story(job, event)


def _ran_for(runs: Iterable[RecordedRun], event: RecordedEvent) -> int:
    """Whose callback ran for an event; where none did, the event's own job."""
    own, sequence = event.accepted.event.job.id, event.accepted.sequence
    jobs = [each.job or 0 for each in runs if each.event == sequence]
    return own if own in jobs or not jobs else jobs[0]


def _key_of(story: Story, runs: _Runs, file: str, directory: str | None) -> MappingKey:
    """Which mapping is meant."""
    texts = story.all_texts
    found = {each.directory for each in texts if each.names(file)}
    found |= {each.directory for each in runs.mappings()}
    if directory is not None:
        found &= {directory}
    if not found:
        raise UnknownFile(file)
    if len(found) > 1:
        raise SeveralDirectories(sorted(found))
    return MappingKey(found.pop(), file)


def _answers(
    story: Story, runs: _Runs, keys: Sequence[MappingKey]
) -> dict[MappingKey, Answer]:
    if story.event is not None:
        return _at_event(story, story.event, runs, keys)
    if not story.is_known:
        return {each: unknown_job(each, story.job) for each in keys}
    return _at_best(story, runs, keys)


# For one event.


def _at_event(
    story: Story, event: RecordedEvent, runs: _Runs, keys: Sequence[MappingKey]
) -> dict[MappingKey, Answer]:
    witness = story.witness()
    witness.until(event.accepted.sequence)
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
    mapped = _mapped(story, key, moment)
    return Case(key, event, moment, mapped, runs, story.kept_since)


def _mapped(story: Story, key: MappingKey, moment: Moment | None) -> Mapped:
    """What the configuration that the job's callbacks come from says of a file."""
    text = story.text(moment.index.binding if moment else None, key.directory)
    now = story.text_now(key.directory)
    if text is not None:
        return text.mapped(key.file, now)
    return Mapped(
        None, None, now=now.number if now and key.file in now.by_file else None
    )


# For a job: the event that came furthest.


def _at_best(
    story: Story, runs: _Runs, keys: Sequence[MappingKey]
) -> dict[MappingKey, Answer]:
    mine = {key: runs.of(key, story.job) for key in keys}
    best = {key: _best(found) for key, found in mine.items() if found}
    events = {each.accepted.sequence: each for each in story.records}
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
    return max(planned or runs, key=lambda each: (_PLACE[of_run(each).code], each.id))


def _want(
    wanted: Wanted, key: MappingKey, story: Story, run: RecordedRun | None
) -> None:
    """Look at a mapping where it ran; else wherever something like it came."""
    if run is not None:
        wanted.events[run.event].append(key)
        return
    triggers = _triggers(story, key)
    for each in triggers:
        wanted.add(key, each.specs)
    last = max((each.accepted.sequence for each in story.of_job), default=None)
    if not triggers and last is not None:
        wanted.events[last].append(key)


def _triggers(story: Story, key: MappingKey) -> list[Trigger]:
    texts = (each for each in story.all_texts if each.directory == key.directory)
    return [trigger for each in texts for trigger in each.triggers([key.file])]


def _nothing(story: Story, key: MappingKey) -> Answer:
    if story.kept_since is not None:
        return before_history(key, story.job, story.kept_since)
    trigger = next(iter(_triggers(story, key)), None)
    if trigger is None:
        return unknown_job(key, story.job)
    return nothing_came(key, story.job, trigger, story.records)
