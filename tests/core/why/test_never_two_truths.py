"""Why and the dispatcher never differ: what the one says of the past is what the other did.

The runs themselves are kept from it: it must find them by judging.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from hypothesis import Phase, given, settings

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.jobs.ids import JobId
from qubecb.why.answering import answer_of
from qubecb.why.case import Case
from qubecb.why.causes import Code
from qubecb.why.evidence import Mapped, RecordedEvent
from qubecb.why.finding import first_cause
from qubecb.why.witness import Moment, Rules, Witness
from tests.core.dispatch import histories as h
from tests.core.dispatch.test_rehearsal import Kept, lived
from tests.core.dispatch.test_rehearsal import some as many

#: Thousands are tried by bench/why.py. To make one smaller that fails would take minutes.
some = settings(many, max_examples=60, phases=(Phase.generate,))
#: An event, a job whose callbacks are meant (0: the site), and one of them.
Which: TypeAlias = tuple[int, JobId, MappingKey]
KEYS = [MappingKey(*each) for each in h.MAPPINGS]


def cases(site: Kept, job: JobId, live: bool) -> Iterator[Case]:
    """Every mapping at every event, for one job (0: the site)."""
    witness = Witness(site, job, Rules("live" if live else "submission"))
    for accepted in witness.records():
        at = site.planned_at[accepted.sequence]
        yield from cases_at(accepted, at, witness.look(accepted, at), job)


def cases_at(
    accepted: AcceptedEvent, at: float, moment: Moment, job: JobId
) -> Iterator[Case]:
    """Every mapping at one event, if the event has anything to do with the job."""
    if (moment.attached.job.id if moment.attached else 0) != job:
        return
    for key in KEYS:
        yield Case(key, RecordedEvent(accepted, at, at), moment, Mapped(None, None))


def truth(site: Kept) -> dict[Which, Code]:
    """What became of every run that the dispatcher planned."""
    told = {}
    for run in site.memory_store.runs:
        code = Code.RAN
        if run.suppressed:
            code = Code.PAUSED if "paused" in run.suppressed else Code.LANGUAGE_DISABLED
        told[run.sequence, run.job, run.key] = code
    return told


def said(site: Kept, live: bool) -> dict[Which, Code]:
    """What is found to have run, or to have been kept back."""
    told: dict[Which, Code] = {}
    for job in (0, *h.ALL_JOBS):
        for case in cases(site, job, live):
            cause = first_cause(case)
            code = Code.RAN if cause is None else cause.code
            if code in (Code.RAN, Code.PAUSED, Code.LANGUAGE_DISABLED):
                told[case.event.accepted.sequence, job, case.key] = code
    return told


def shown(site: Kept, live: bool) -> set[Which]:
    """Where what is shown of a trigger makes it true, by the event itself."""
    told = set()
    for job in (0, *h.ALL_JOBS):
        for case in cases(site, job, live):
            answer, only = answer_of(case), case.event.accepted.only
            satisfied = any(each.verdict == "satisfied" for each in answer.specs)
            if (
                answer.tree
                and answer.tree.holds
                and satisfied
                and only in (None, case.key)
            ):
                told.add((case.event.accepted.sequence, job, case.key))
    return told


@some
@given(history=h.some_with_texts(live=False))
def test_what_ran_and_what_was_kept_back_is_found_by_judging(
    history: list[h.Act],
) -> None:
    site = lived(history, live=False)
    assert said(site, live=False) == truth(site)


@some
@given(history=h.some_with_texts(live=True))
def test_the_same_is_so_under_live_binding(history: list[h.Act]) -> None:
    site = lived(history, live=True)
    assert said(site, live=True) == truth(site)


@some
@given(history=h.some_with_texts(live=False))
def test_what_is_shown_of_a_trigger_makes_it_true_or_not(history: list[h.Act]) -> None:
    site = lived(history, live=False)
    assert shown(site, live=False) == truth(site).keys()
