"""Judges events by their facts: which event specs each one satisfies, and for which jobs.

It reads, writes and remembers nothing: equal facts give equal results.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from qubecb.dispatch.facts import Facts
from qubecb.dispatch.index import Candidate, IndexedMapping, Interest
from qubecb.dispatch.lives import Step
from qubecb.dispatch.occurrence import Occurrence
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.relatives import Relatives
from qubecb.dispatch.verdict import Case, obstacle, uncounted
from qubecb.events import TIME_TYPES
from qubecb.jobs.ids import JobId, in_order

#: An attached job (None: the site), and how the event relates to it.
_Asker: TypeAlias = tuple[KnownJob | None, str | None, JobId | None]


class Hit(NamedTuple):
    """The event specs of one mapping that one event satisfies for one attached job."""

    job: JobId
    mapping: IndexedMapping
    specs: frozenset[str]


#: Judges events by their facts.
Judge: TypeAlias = Callable[[Facts], Iterator[tuple[Step, list[Hit]]]]


def judge(facts: Facts) -> Iterator[tuple[Step, list[Hit]]]:
    """Give each event with what it satisfies; jobs are as they were at that event."""
    relatives = Relatives(facts.related)
    for step, occurrence in zip(facts.steps, facts.occurrences, strict=True):
        with relatives.seen(step):
            hits = _hits_of(step, occurrence, facts, relatives)
        yield step, hits


def concerned(
    facts: Facts, wanted: Callable[[Step], bool]
) -> Iterator[tuple[Step, list[tuple[KnownJob | None, Case]]]]:
    """Give some events with the attached jobs that each may concern (None: the site)."""
    relatives = Relatives(facts.related)
    for step, occurrence in zip(facts.steps, facts.occurrences, strict=True):
        with relatives.seen(step):
            if wanted(step):
                yield step, _cases_of(step, occurrence, facts, relatives)


def shadowed_in(step: Step, related: Iterable[KnownJob]) -> frozenset[JobId]:
    """Give the process groups in which the id of the event's job is a label of some job.

    Takes attached jobs. Only an id that is text can be a label as well.
    """
    if not isinstance(step.accepted.event.job.id, str):
        return frozenset()
    relatives = Relatives(related)
    with relatives.seen(step):
        return _shadowed(step, relatives)


def case_of(
    step: Step,
    occurrence: Occurrence,
    known: KnownJob | None,
    shadowed: Collection[JobId] = (),
) -> Case:
    """Give the case that decides the event specs of one attached job at an event.

    Without a job it is the case of the site, whose times belong to no job. Takes also what
    `shadowed_in` gives.
    """
    subject = step.subject.job if step.subject else step.accepted.event.job
    if known is None:
        return Case(occurrence, subject, None)
    wrong = uncounted(known, step.accepted.sequence)
    return Case(occurrence, subject, known.job, wrong, known.job.pgrp in shadowed)


def asked_about(
    facts: Facts, asked: KnownJob | None = None, group: Iterable[KnownJob] = ()
) -> tuple[KnownJob | None, Case]:
    """Give a stored job as it was at the only event of some facts, and its case.

    None: the event's own job, or the site for one of its times. Takes the attached jobs of
    its process group, which decide where the event's job has an id that is text.
    """
    (step,), (occurrence,) = facts.steps, facts.occurrences
    own = step.subject
    if asked is None or (own is not None and own.job.id == asked.job.id):
        asked = own
    known = (*facts.related, *group, *([asked] if asked else []))
    return asked, case_of(step, occurrence, asked, shadowed_in(step, known))


def _cases_of(
    step: Step, occurrence: Occurrence, facts: Facts, relatives: Relatives
) -> list[tuple[KnownJob | None, Case]]:
    shadowed = _shadowed(step, relatives)
    askers = _askers(step, occurrence, facts.configurations.interest, relatives)
    jobs = {each[0].job.id if each[0] else 0: each[0] for each in askers}
    return [
        (known, case_of(step, occurrence, known, shadowed)) for known in jobs.values()
    ]


def _hits_of(
    step: Step, occurrence: Occurrence, facts: Facts, relatives: Relatives
) -> list[Hit]:
    """What one event satisfies, in the order of jobs and then of the configuration."""
    only = step.accepted.only
    looked_up: dict[tuple[int, str | None, JobId | None], list[Candidate]] = {}
    found: dict[tuple[JobId, int], tuple[IndexedMapping, set[str]]] = {}
    interest, index_of = facts.configurations.interest, facts.configurations.of
    named = interest.in_job(occurrence, step.accepted.event.job.id)
    shadowed = _shadowed(step, relatives) if named else ()
    for known, kind, value in _askers(step, occurrence, interest, relatives):
        index = index_of(known)
        key = (index.binding, kind, value)
        candidates = looked_up.get(key)
        if candidates is None:
            looked_up[key] = candidates = index.find(occurrence, kind, value)
        if not candidates:
            continue
        job, case = (
            known.job.id if known else 0,
            case_of(step, occurrence, known, shadowed),
        )
        for mapping, spec in candidates:
            meant = only is None or only == mapping.key
            if meant and obstacle(spec, case) is None:
                place = (job, mapping.position)
                found.setdefault(place, (mapping, set()))[1].add(spec.canonical)
    return [
        Hit(place[0], mapping, frozenset(specs))
        for place, (mapping, specs) in sorted(found.items(), key=_in_order)
    ]


def _shadowed(step: Step, relatives: Relatives) -> frozenset[JobId]:
    own = step.accepted.event.job.id
    return frozenset(job.pgrp for job in relatives.jobs if job.label == own)


def _in_order(
    found: tuple[tuple[JobId, int], object],
) -> tuple[tuple[int, str], int]:
    (job, position), _ = found
    return in_order(job), position


def _askers(
    step: Step, occurrence: Occurrence, interest: Interest, relatives: Relatives
) -> Iterator[_Asker]:
    """The jobs that the event may concern, each with its context."""
    subject = step.subject
    if subject is None:
        if step.accepted.event.job.id == 0:
            yield None, None, None
        return
    if subject.binding is not None:
        yield subject, "self", None
    if occurrence.type not in TIME_TYPES:
        yield from _others(subject, occurrence, interest, relatives)


def _others(
    subject: KnownJob, occurrence: Occurrence, interest: Interest, relatives: Relatives
) -> Iterator[_Asker]:
    """The jobs that know the event's job as their parent, by its label, or by its id."""
    job = subject.job
    if interest.in_parent(occurrence):
        for known in relatives.children(job.id):
            yield known, "parent", None
    if interest.in_label(occurrence, job.label):
        for known in relatives.group(job.pgrp):
            yield known, "label", job.label
    if interest.in_job(occurrence, job.id):
        kind = "label" if isinstance(job.id, str) else "job"
        for known in relatives.all():
            yield known, kind, job.id
