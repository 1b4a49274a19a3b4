"""Asks why callbacks did or did not run: for one event, for a job, for one file or for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from dashboard.store.past.answers import Known, answers
from dashboard.store.past.details import in_detail
from dashboard.store.past.runs import REAL, runs_where
from dashboard.store.past.story import Story
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId
from qubecb.why.answer import Answer
from qubecb.why.evidence import RecordedEvent, RecordedRun

#: Mappings in one answer.
MOST = 500


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
    """What is asked: about an event, about a job, or about an event for a job."""

    event: RecordedEvent | None = None
    #: Whose callbacks; None: those of the job that it ran for, or if none, of the event's own job.
    job: JobId | None = None


def why(question: Question, file: str, directory: str | None = None) -> Answer:
    """Answer for one file. Raises UnknownFile and SeveralDirectories."""
    runs = Known(_runs_of(question, Q(file=file)))
    story = _story(question, runs)
    story.files = {file}
    key = _key_of(story, runs, file, directory)
    answer = answers(story, runs, [key])[key]
    return in_detail(answer, story, asked=question.job is not None)


def why_each(question: Question, after: MappingKey | None = None) -> Page:
    """Answer for every mapping that the job had, or that there is now: one page of them."""
    runs = Known(_runs_of(question, Q()))
    story = _story(question, runs)
    keys = sorted(
        {key for text in story.all_texts for key in text.mappings()} | runs.mappings(),
        key=_order,
    )
    rest = keys if after is None else [e for e in keys if _order(e) > _order(after)]
    page = rest[:MOST]
    story.files = {each.file for each in page}
    found = answers(story, runs, page)
    more = page[-1] if len(rest) > MOST else None
    return Page([found[each] for each in page], more)


def every_page(question: Question) -> Iterator[Answer]:
    """Answer for every mapping, page after page."""
    after: MappingKey | None = None
    while True:
        page = why_each(question, after)
        yield from page.items
        if page.next is None:
            return
        after = page.next


def _order(key: MappingKey) -> tuple[str, str]:
    return key.directory, key.file


def _runs_of(question: Question, which: Q) -> list[RecordedRun]:
    """The runs of the event, and those of the job, which say which events they counted."""
    event, job = question.event, question.job
    if event is None:
        return runs_where(which & REAL & Q(job=job))
    whose = event.accepted.event.job.id if job is None else job
    caused = Q(event=event.accepted.sequence)
    return runs_where(which & (caused | REAL & Q(job=whose) if whose else caused))


def _story(question: Question, runs: Known) -> Story:
    event, job = question.event, question.job
    if event is None:
        return Story(job or 0)
    if job is None:
        job = _ran_for(runs.all, event)
    return Story(job, event)


def _ran_for(runs: Iterable[RecordedRun], event: RecordedEvent) -> JobId:
    """The job whose callback ran for an event; if none ran, the event's own job."""
    own, sequence = event.accepted.event.job.id, event.accepted.sequence
    jobs = [each.job or 0 for each in runs if each.event == sequence]
    return own if own in jobs or not jobs else jobs[0]


def _key_of(story: Story, runs: Known, file: str, directory: str | None) -> MappingKey:
    """The mapping that the question names."""
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
