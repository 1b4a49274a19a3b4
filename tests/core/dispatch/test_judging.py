"""The dispatcher judges what would be judged if every mapping of every job was gone through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from qubecb.dispatch.facts import Facts, read
from qubecb.dispatch.index import Indexes
from qubecb.dispatch.judging import Hit, case_of, judge
from qubecb.dispatch.lives import Step
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.relatives import Relatives
from qubecb.dispatch.verdict import Case, obstacle
from tests.core.dispatch import histories as h
from tests.core.dispatch.test_oracle import Site

some = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Compared(Site):
    """A site at which every batch is judged in both ways before it is planned."""

    def plan(self, batch: int) -> None:
        with self.store.planning() as planning:
            facts = read(
                planning.take(batch), planning, Indexes(), self.settings.binding
            )
            everybody = planning.attached(planning.bindings_in_use())
        judged = [hits for _, hits in judge(facts)]
        assert judged == list(gone_through(replace(facts, related=everybody)))
        super().plan(batch)


def gone_through(facts: Facts) -> Iterator[list[Hit]]:
    """What each event satisfies, found without an index."""
    relatives = Relatives(facts.related)
    for step, occurrence in zip(facts.steps, facts.occurrences, strict=True):
        with relatives.seen(step):
            yield [
                hit
                for known in askers(step, relatives)
                for hit in hits_of(case_of(step, occurrence, known), known, step, facts)
            ]


def askers(step: Step, relatives: Relatives) -> list[KnownJob | None]:
    """Every attached job, or the site for one of its times."""
    if step.subject is None:
        return [None] if step.accepted.event.job.id == 0 else []
    return list(relatives.all())


def hits_of(
    case: Case, known: KnownJob | None, step: Step, facts: Facts
) -> Iterator[Hit]:
    """What the event satisfies for one job, mapping by mapping."""
    only = step.accepted.only
    for mapping in facts.configurations.of(known).mappings:
        specs = frozenset(
            spec.canonical
            for spec in mapping.trigger.specs
            if obstacle(spec, case) is None
        )
        if specs and only in (None, mapping.key):
            yield Hit(known.job.id if known else 0, mapping, specs)


def live_through(history: list[h.Act], live: bool) -> None:
    site = Compared(live)
    for act in history:
        site.live_through(act)
    site.plan(len(site.oracle.accepted) + 1)


@some
@given(history=h.histories(live=False))
def test_the_index_passes_over_nothing_that_is_satisfied(history: list[h.Act]) -> None:
    live_through(history, live=False)


@some
@given(history=h.histories(live=True))
def test_the_same_is_so_under_live_binding(history: list[h.Act]) -> None:
    live_through(history, live=True)
