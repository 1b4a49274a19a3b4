"""What was recorded, planned again, causes the runs that it caused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import HealthCheck, given, settings

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports import Binding, InForce, Pause, PlannedRun
from qubecb.dispatch.rehearsal import Rehearsal, rehearse
from qubecb.testing.store import MemoryStore
from tests.core.dispatch import histories as h
from tests.core.dispatch.kept import Intervals
from tests.core.dispatch.oracle import Config
from tests.core.dispatch.test_oracle import Site

some = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Kept(Site):
    """A site that notes what was so when, and whose service is always up. Implements Past."""

    def __init__(self, live: bool) -> None:
        self.intervals = Intervals(lambda: self.oracle.now)
        self.in_force: list[tuple[float, InForce]] = []
        self.planned_at: dict[int, float] = {}
        self.memory_store = MemoryStore(lambda: self.oracle.now)
        super().__init__(live, lambda _: self.memory_store)
        self.in_force.append((self.oracle.now, self.memory_store.in_force[-1]))
        self._note_flags()

    def live_through(self, act: h.Act) -> None:
        self.oracle.now += 0.001
        super().live_through(act)
        self._note_flags()
        self.tick()

    def end(self) -> None:
        """Plan everything, and let everything fire that is due by then."""
        while self.memory_store.waiting:
            self.plan(len(self.oracle.accepted) + 1)
            self.tick()

    def plan(self, batch: int) -> None:
        waiting = list(self.memory_store.waiting)[:batch]
        super().plan(batch)
        self.planned_at |= dict.fromkeys(waiting, self.oracle.now)

    def edit(self, config: Config) -> None:
        super().edit(config)
        self.in_force.append((self.oracle.now, self.memory_store.in_force[-1]))

    def toggle_pause(self, target: tuple[str | None, str | None]) -> None:
        before = self.pauses.get(target)
        super().toggle_pause(target)
        if before is None:
            self.intervals.pause(self.pauses[target])
        else:
            self.intervals.resume(before)

    def _note_flags(self) -> None:
        self.intervals.configure(QubConf(language_flags=self.flags))

    # The past.

    def records(self) -> Iterable[Record]:
        for each in self.memory_store.events:
            yield Record(each, self.planned_at[each.sequence])

    def in_force_at(self, time: float) -> InForce:
        return [force for since, force in self.in_force if since <= time][-1]

    def binding_at(self, sequence: int) -> int:
        older = [each for _, each in self.in_force if each.after < sequence]
        return older[-1].binding

    def binding(self, binding_id: int) -> Binding:
        return self.memory_store.bindings[binding_id]

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return self.intervals.pauses_at(time)

    def flags_at(self, time: float) -> QubConf:
        return self.intervals.flags_at(time)


def lived(history: list[h.Act], live: bool) -> Kept:
    """A site that lived through a history to its end. Its clock is never set back."""
    site = Kept(live)
    for act in history:
        if not isinstance(act, h.Wait) or act.seconds >= 0:
            site.live_through(act)
    site.end()
    return site


def in_order(runs: Iterable[PlannedRun]) -> list[PlannedRun]:
    return sorted(runs, key=lambda run: (run.sequence, run.job, str(run.key)))


def assert_is_as_it_was(again: Rehearsal, site: Kept) -> None:
    store = site.memory_store
    assert in_order(again.runs) == in_order(store.runs)
    assert again.known == store.jobs
    assert again.remarks == store.remarks


@some
@given(history=h.histories(live=False))
def test_what_was_planned_causes_the_same_again(history: list[h.Act]) -> None:
    site = lived(history, live=False)
    assert_is_as_it_was(rehearse(site, site.settings), site)


@some
@given(history=h.histories(live=True))
def test_the_same_is_so_under_live_binding(history: list[h.Act]) -> None:
    site = lived(history, live=True)
    assert_is_as_it_was(rehearse(site, site.settings), site)
