"""The event that came furthest is found without judging every mapping at every event."""

from __future__ import annotations

from hypothesis import given, settings

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.jobs.ids import JobId
from qubecb.triggers import EventSpec, parse
from qubecb.why.case import Case
from qubecb.why.causes import Code
from qubecb.why.evidence import Mapped, RecordedEvent
from qubecb.why.finding import first_cause
from qubecb.why.furthest import Wanted, furthest
from qubecb.why.witness import Moment, Rules, Witness
from tests.core.dispatch import histories as h
from tests.core.dispatch.test_rehearsal import Kept, lived
from tests.core.dispatch.test_rehearsal import some as many

some = settings(many, max_examples=40)
KEYS = [MappingKey(*each) for each in h.MAPPINGS]


def make(key: MappingKey, event: RecordedEvent, moment: Moment | None) -> Case:
    return Case(key, event, moment, Mapped(None, None))


def place(case: Case) -> int:
    cause = first_cause(case)
    return len(Code) if cause is None else list(Code).index(cause.code)


def wanted_of(history: list[h.Act]) -> Wanted:
    """Whatever any of the configurations waits for."""
    wanted = Wanted()
    for edit in history:
        if isinstance(edit, h.Edit):
            for key, tree in edit.config.items():
                specs: tuple[EventSpec, ...] = parse(str(tree)).specs
                wanted.add(MappingKey(*key), specs)
    return wanted


def judged_one_by_one(
    site: Kept, job: JobId, events: dict[int, RecordedEvent], wanted: Wanted
) -> dict[MappingKey, int]:
    best: dict[MappingKey, int] = {}
    witness = Witness(site, job, Rules())
    for accepted in witness.records():
        recorded = events[accepted.sequence]
        moment = witness.look(accepted, recorded.at)
        for key in wanted.kind(recorded):
            reached = place(make(key, recorded, moment))
            best[key] = max(best.get(key, 0), reached)
    return best


@some
@given(history=h.histories(live=False))
def test_it_is_the_one_that_is_found_by_judging_all(history: list[h.Act]) -> None:
    site, wanted = lived(history, live=False), wanted_of(history)
    events = {
        each.accepted.sequence: RecordedEvent(
            each.accepted, each.planned_at, each.planned_at
        )
        for each in site.records()
    }
    for job in h.JOBS:
        found = furthest(Witness(site, job, Rules()), events, wanted, make)
        expected = judged_one_by_one(site, job, events, wanted)
        assert {key: place(case) for key, case in found.items()} == expected
