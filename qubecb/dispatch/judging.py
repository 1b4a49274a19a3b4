"""Judges events by their facts: which event specs each one satisfies, and for which jobs.

It reads, writes and remembers nothing: equal facts give equal results.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from qubecb.dispatch.facts import Facts
from qubecb.dispatch.index import Candidate, IndexedMapping, Interest
from qubecb.dispatch.lives import Step
from qubecb.dispatch.occurrence import Occurrence
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.relatives import Relatives
from qubecb.dispatch.verdict import Case, obstacle, uncounted
from qubecb.events import TIME_TYPES

#: An attached job (None: the site), and how the event relates to it.
_Asker: TypeAlias = tuple[KnownJob | None, str | None, int | str | None]


class Hit(NamedTuple):
    """The event specs of one mapping that one event satisfies for one attached job."""

    job: int
    mapping: IndexedMapping
    specs: frozenset[str]


def judge(facts: Facts) -> Iterator[tuple[Step, list[Hit]]]:
    """Give each event with what it satisfies; jobs are as they were at that event."""
    relatives = Relatives(facts.related)
    for step, occurrence in zip(facts.steps, facts.occurrences, strict=True):
        with relatives.seen(step):
            hits = _hits_of(step, occurrence, facts, relatives)
        yield step, hits


def case_of(step: Step, occurrence: Occurrence, known: KnownJob | None) -> Case:
    """Give the case that decides the event specs of one attached job at an event.

    Without a job it is the case of the site, whose times belong to no job.
    """
    subject = step.subject.job if step.subject else step.accepted.event.job
    if known is None:
        return Case(occurrence, subject, None)
    wrong = uncounted(known, step.accepted.sequence)
    return Case(occurrence, subject, known.job, wrong)


def asked_about(
    facts: Facts, asked: KnownJob | None = None
) -> tuple[KnownJob | None, Case]:
    """Give a stored job as it was at the only event of some facts, and its case.

    Without a job: the event's own, or the site if the event is one of its times.
    """
    (step,), (occurrence,) = facts.steps, facts.occurrences
    own = step.subject
    if asked is None or (own is not None and own.job.id == asked.job.id):
        asked = own
    return asked, case_of(step, occurrence, asked)


def _hits_of(
    step: Step, occurrence: Occurrence, facts: Facts, relatives: Relatives
) -> list[Hit]:
    """What one event satisfies, in the order of jobs and then of the configuration."""
    only = step.accepted.only
    looked_up: dict[tuple[int, str | None], list[Candidate]] = {}
    found: dict[tuple[int, int], tuple[IndexedMapping, set[str]]] = {}
    interest, index_of = facts.configurations.interest, facts.configurations.of
    for known, kind, value in _askers(step, occurrence, interest, relatives):
        index = index_of(known)
        key = (index.binding, kind)
        candidates = looked_up.get(key)
        if candidates is None:
            looked_up[key] = candidates = index.find(occurrence, kind, value)
        if not candidates:
            continue
        job, case = known.job.id if known else 0, case_of(step, occurrence, known)
        for mapping, spec in candidates:
            meant = only is None or only == mapping.key
            if meant and obstacle(spec, case) is None:
                place = (job, mapping.position)
                found.setdefault(place, (mapping, set()))[1].add(spec.canonical)
    return [
        Hit(place[0], mapping, frozenset(specs))
        for place, (mapping, specs) in sorted(found.items(), key=lambda item: item[0])
    ]


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
        for known in relatives.all():
            yield known, "job", job.id
