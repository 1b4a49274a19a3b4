"""The dispatcher with the store on the ORM decides what the oracle decides."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from dashboard.models import EventRecord
from dashboard.store.configuration import pauses
from dashboard.store.jobs.reading import events_by_sequence
from qubecb.dispatch.ports.configuration import BoundDirectory, MappingKey, Pause
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.planning import Planning
from qubecb.dispatch.ports.runs import PlannedRun, Satisfied
from qubecb.events import Event
from qubecb.jobs import Act
from tests.core.dispatch import histories
from tests.core.dispatch.test_oracle import Site, compare
from tests.dashboard.factories import JO
from tests.dashboard.store.test_dispatch_contract import OrmRig

some = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class OrmLived:
    """The store on the ORM, its events numbered from 1 whatever the sequence does."""

    def __init__(self) -> None:
        self._rig = OrmRig()

    @property
    def _sequences(self) -> list[int]:
        ordered = EventRecord.objects.order_by("sequence")
        return list(ordered.values_list("sequence", flat=True))

    @property
    def events(self) -> Sequence[AcceptedEvent]:
        found = events_by_sequence(self._sequences)
        return [found[sequence] for sequence in sorted(found)]

    @property
    def runs(self) -> Sequence[PlannedRun]:
        numbers = {each: n for n, each in enumerate(self._sequences, 1)}
        return [numbered(run, numbers) for run in self._rig.runs()]

    def accept(
        self,
        event: Event,
        *,
        only: MappingKey | None = None,
        act: Act | None = None,
    ) -> int | None:
        return self._rig.accept(event, only=only, act=act)

    def configure(self, *directories: BoundDirectory) -> int:
        return self._rig.configure(*directories)

    def pause(self, pause: Pause) -> None:
        self._rig.pause(pause)

    def resume(self, pause: Pause) -> None:
        pauses.resume(pause.directory, pause.file, JO)

    def planning(self) -> AbstractContextManager[Planning]:
        return self._rig.store.planning()

    def next_timer(self) -> float | None:
        return self._rig.store.next_timer()


def numbered(run: PlannedRun, numbers: dict[int, int]) -> PlannedRun:
    by = [Satisfied(spec, numbers[each or 0]) for spec, each in run.satisfied_by]
    return replace(run, sequence=numbers[run.sequence], satisfied_by=tuple(by))


def live_through(history: list[histories.Act], live: bool) -> None:
    """Compare, and leave the database as it was. Its clock cannot skip a month."""
    acts = [each for each in history if each != histories.MONTH]
    with transaction.atomic():
        compare(acts, Site(live, lambda _: OrmLived()))
        transaction.set_rollback(True)


@pytest.mark.django_db
@some
@given(history=histories.some_with_texts(live=False))
def test_jobs_bound_at_submission_fire_what_the_oracle_fires(
    history: list[histories.Act],
) -> None:
    live_through(history, live=False)


@pytest.mark.django_db
@some
@given(history=histories.some_with_texts(live=True))
def test_jobs_bound_live_fire_what_the_oracle_fires(
    history: list[histories.Act],
) -> None:
    live_through(history, live=True)
