"""What was recorded, planned again, causes the runs that it caused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from hypothesis import HealthCheck, given, settings

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Listed, Record
from qubecb.dispatch.ports.configuration import Binding, InForce, Pause
from qubecb.dispatch.ports.events import AcceptedEvent, Previous
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.rehearsal import Rehearsal, rehearse
from qubecb.jobs.ids import JobId
from qubecb.testing.store import MemoryStore, bound
from tests.core.dispatch import histories as h
from tests.core.dispatch.kept import Intervals
from tests.core.dispatch.oracle_words import Config, Happening, Spec
from tests.core.dispatch.site import FOLDER
from tests.core.dispatch.test_oracle import Site

#: The same histories each time. The oracle's tests look for new ones.
some = settings(
    max_examples=100,
    derandomize=True,
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

    @cached_property
    def _listed(self) -> Listed:
        """Its records, once it has lived to its end."""
        return Listed(
            Record(each, self.planned_at[each.sequence])
            for each in self.memory_store.events
        )

    def records(self) -> Iterable[Record]:
        return self._listed.records()

    def of_timers(self) -> Iterable[AcceptedEvent]:
        return self._listed.of_timers()

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        return self._listed.previous(events)

    def told_after(
        self, accepted: AcceptedEvent, time: float
    ) -> Sequence[AcceptedEvent]:
        return self._listed.told_after(accepted, time)

    def same_until(self, time: float) -> float:
        return time

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
    return sorted(runs, key=lambda run: (run.sequence, str(run.job), str(run.key)))


def assert_is_as_it_was(again: Rehearsal, site: Kept) -> None:
    store = site.memory_store
    assert in_order(again.runs) == in_order(store.runs)
    assert again.known == store.jobs
    assert again.remarks == store.remarks


@some
@given(history=h.some_with_texts(live=False))
def test_what_was_planned_causes_the_same_again(history: list[h.Act]) -> None:
    site = lived(history, live=False)
    again = rehearse(site, site.settings)
    assert_is_as_it_was(again, site)
    kept = site.memory_store.timers.items()
    assert {
        each.key: each.due for job in h.ALL_JOBS for each in again.timers.of(job)
    } == {key: due for key, (_, due) in kept if key.job and due is not None}


@some
@given(history=h.some_with_texts(live=True))
def test_the_same_is_so_under_live_binding(history: list[h.Act]) -> None:
    site = lived(history, live=True)
    assert_is_as_it_was(rehearse(site, site.settings), site)


def test_a_time_that_was_noticed_before_an_edit_fires_no_second_time() -> None:
    timed = Spec("dummy", "globaltime", None, str(h.START + 50))
    with_it, without = (
        h.Edit({h.MAPPINGS[0]: spec}) for spec in (timed, Spec("x", "job", "self"))
    )
    happens = h.Accept(Happening("submit", "job", None, 2))
    plan, wait = h.Plan(9, 1), h.Wait(60)
    site = lived([with_it, wait, without, happens, plan, with_it, happens], live=False)
    assert rehearse(site, site.settings).runs == site.memory_store.runs


def test_a_time_that_nobody_asked_for_when_it_came_does_not_fire_later() -> None:
    timed = Spec("dummy", "globalrepeat", None, f"{h.START + 100}-70")
    early = Spec("dummy", "globaltime", None, str(h.START))
    with_it = h.Edit({h.MAPPINGS[0]: early, h.MAPPINGS[1]: timed})
    without = h.Edit({h.MAPPINGS[0]: Spec("x", "job", "self")})
    site = lived([with_it, without, h.Wait(200), with_it], live=False)
    assert rehearse(site, site.settings).runs == site.memory_store.runs


def test_a_time_of_a_job_that_was_removed_moves_none_of_the_job_that_came_after() -> (
    None
):
    repeat = Spec("dummy", "repeat", "self", f"{h.START}-70")
    submit, killed, removed = (
        h.Accept(Happening(name, "job", None, 2))
        for name in ("submit", "killed", "removed")
    )
    edit, plan, wait = h.Edit({h.MAPPINGS[0]: repeat}), h.Plan(1, 1), h.Wait
    acts = edit, submit, plan, killed, removed, wait(200), plan, wait(60), submit
    site = lived(list(acts), live=False)
    assert rehearse(site, site.settings).runs == site.memory_store.runs


def test_a_time_fires_when_it_did_however_late_its_record_was_planned() -> None:
    repeat = Spec("dummy", "globalrepeat", None, f"{h.START}-10")
    with_it = h.Edit({h.MAPPINGS[0]: repeat})
    without = h.Edit({h.MAPPINGS[0]: Spec("x", "job", "self")})
    site = lived([with_it, h.Wait(30), without, h.Wait(30), with_it], live=False)
    assert rehearse(site, site.settings).runs == site.memory_store.runs


class Edited(Kept):
    """The same past, had callbacks.conf always been another one."""

    def __init__(self, trigger: str) -> None:
        super().__init__(live=False)
        self.edited = bound(FOLDER, {"x.py": trigger})

    def binding(self, binding_id: int) -> Binding:
        return Binding(binding_id, (self.edited,))


def rehearsed(site: Kept, *happenings: Happening) -> list[tuple[int, JobId]]:
    """Let things happen at a site, plan them again; give what fires: sequence and job."""
    for happening in happenings:
        site.live_through(h.Accept(happening))
    site.end()
    return [(run.sequence, run.job) for run in rehearse(site, site.settings).runs]


SUBMITTED, FAILED = (Happening(name, "job", None, 7) for name in ("submit", "failed"))


def test_an_edit_is_judged_over_what_was_recorded() -> None:
    assert rehearsed(Edited("failed-job-self"), SUBMITTED, FAILED) == [(2, 7)]


def test_a_time_that_an_edit_brings_fires_though_no_record_tells_of_it() -> None:
    assert rehearsed(Edited("dummy-time-self-5"), SUBMITTED, FAILED) == [(2, 7)]


def test_what_cannot_be_judged_is_set_aside_and_holds_up_nothing() -> None:
    site = Edited("failed-job-self || failed-job-parent")
    odd = replace(FAILED, told={"pid": ["odd"]})
    assert rehearsed(site, SUBMITTED, odd, FAILED) == [(3, 7)]
