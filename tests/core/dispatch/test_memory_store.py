"""The store in memory keeps the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from qubecb.dispatch.ports.configuration import BoundDirectory, MappingKey, Pause
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.durations import DAY
from qubecb.events import Event
from qubecb.jobs import Act
from qubecb.testing.store import MemoryStore
from tests.core.dispatch.contract import DispatchStoreContract
from tests.core.dispatch.rig import event, known


class MemoryRig:
    """A store in memory needs nothing around it."""

    def __init__(self) -> None:
        self.store = MemoryStore()

    def accept(
        self,
        event: Event,
        *,
        depth: int = 0,
        only: MappingKey | None = None,
        test: bool = False,
        act: Act | None = None,
    ) -> int | None:
        return self.store.accept(event, depth=depth, only=only, test=test, act=act)

    def configure(self, *directories: BoundDirectory) -> int:
        return self.store.configure(*directories)

    def pause(self, pause: Pause) -> None:
        self.store.pause(pause)

    def age(self, job: int, days: float) -> None:
        self.store.last_event[job] = self.store.clock() - days * DAY

    def plan_again(self, sequence: int) -> None:
        self.store.plan_again(sequence)

    def runs(self) -> Sequence[PlannedRun]:
        return self.store.runs

    def remarks(self) -> Mapping[int, str]:
        return self.store.remarks


class TestMemoryStore(DispatchStoreContract):
    """Every test of the contract."""

    @pytest.fixture
    def rig(self) -> MemoryRig:
        return MemoryRig()

    def test_a_job_has_its_events_of_the_life_that_it_is_in(
        self, rig: MemoryRig
    ) -> None:
        store = rig.store
        for name in ("submit", "failed", "submit", "running"):
            store.accept(event(f"{name}-job"))
        with store.planning() as planning:
            taken = planning.take(9)
            planning.save_jobs([known(7, 1, since=1)], taken[:2])
            planning.save_jobs([known(7, 1, since=3)], taken[2:])
        assert [each.event.name for each in store.told[7]] == ["submit", "running"]
