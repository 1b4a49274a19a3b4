"""What every dispatch store does. A store's tests inherit from DispatchStoreContract.

    class TestMyStore(DispatchStoreContract):
        @pytest.fixture
        def rig(self) -> Rig:
            return MyRig()

A rig is a store with what the rest of a system does to it, and with what a test looks at.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import pytest

from qubecb.dispatch.ports import (
    AcceptedEvent,
    BoundDirectory,
    DispatchStore,
    KnownJob,
    MappingKey,
    Pause,
    PlannedRun,
    Planning,
    ProgressKey,
    Timer,
    TimerKey,
)
from qubecb.events import Event, split_spec
from qubecb.jobs import Job
from qubecb.testing.store import bound

FOLDER = "/studio/callback"
MAIL = MappingKey(FOLDER, "mail.qcb")
_ids = itertools.count(1)


class Rig(Protocol):
    """A store and its surroundings."""

    @property
    def store(self) -> DispatchStore:
        """The store, empty at first."""

    def accept(
        self,
        event: Event,
        *,
        depth: int = 0,
        only: MappingKey | None = None,
        test: bool = False,
    ) -> int | None:
        """Accept an event as the API does; give its sequence, None for a duplicate."""

    def configure(self, *directories: BoundDirectory) -> int:
        """Bring a configuration in force; revision numbers are the store's own."""

    def pause(self, pause: Pause) -> None:
        """Store a pause."""

    def age(self, job: int, days: float) -> None:
        """Let a job's last event lie that many days back."""

    def runs(self) -> Sequence[PlannedRun]:
        """Give all runs that are stored, in order."""

    def remarks(self) -> Mapping[int, str]:
        """Give the remarks on events by sequence, those with one only."""


def event(spec: str, job: int = 7, identity: str | None = None, **told: Any) -> Event:
    """An event as a source would send it."""
    name, kind, extra = split_spec(spec)
    made = Job.from_dict({"id": job, **told})
    identity = identity or f"contract-{next(_ids)}"
    return Event(identity, name, kind, extra, 1764000000.0, made)


def known(job: int, binding: int | None, since: int = 1, **told: Any) -> KnownJob:
    """A job as the dispatcher stores it."""
    removed = told.pop("removed", False)
    return KnownJob(Job.from_dict({"id": job, **told}), binding, since, removed)


def ids(jobs: Iterable[KnownJob]) -> set[int]:
    """The ids of jobs."""
    return {each.job.id for each in jobs}


class Interrupted(Exception):
    """What a test breaks a transaction with."""


class DispatchStoreContract:
    """The guarantees of qubecb.dispatch.ports, one test a guarantee."""

    # Events.

    def test_events_are_taken_oldest_first(self, rig: Rig) -> None:
        sequences = [rig.accept(event(f"done-work-{n}")) for n in range(3)]
        with rig.store.planning() as planning:
            assert [each.sequence for each in planning.take(2)] == sequences[:2]
            assert [each.sequence for each in planning.take(9)] == sequences

    def test_an_event_comes_back_as_it_was_accepted(self, rig: Rig) -> None:
        fields: dict[str, Any] = {
            "prod_show": "Ünï",
            "agenda": [{"name": "1", "status": "x"}],
        }
        sent = event("failed-work-Seg:1-100", 9, pid=3, pgrp=4, label="a b", **fields)
        sequence = rig.accept(sent, depth=3, only=MAIL, test=True)
        with rig.store.planning() as planning:
            (taken,) = planning.take(1)
        assert (taken.sequence, taken.depth, taken.only, taken.test) == (
            sequence,
            3,
            MAIL,
            True,
        )
        assert taken.event == sent

    def test_an_event_of_a_job_has_no_extra(self, rig: Rig) -> None:
        rig.accept(event("done-job"))
        with rig.store.planning() as planning:
            assert planning.take(1)[0].event.extra is None

    def test_the_same_id_is_accepted_once(self, rig: Rig) -> None:
        first = rig.accept(event("done-job", identity="one"))
        assert first is not None
        assert rig.accept(event("failed-job", identity="one")) is None
        with rig.store.planning() as planning:
            assert [each.event.name for each in planning.take(9)] == ["done"]

    def test_planned_events_are_not_taken_again(self, rig: Rig) -> None:
        rig.accept(event("done-job"))
        second = rig.accept(event("done-job"))
        with rig.store.planning() as planning:
            planning.planned(planning.take(1), {})
        with rig.store.planning() as planning:
            assert [each.sequence for each in planning.take(9)] == [second]

    def test_remarks_are_kept_with_their_event(self, rig: Rig) -> None:
        sequence = rig.accept(event("done-job"))
        assert sequence is not None
        with rig.store.planning() as planning:
            planning.planned(planning.take(9), {sequence: "fires x.py for 1001 jobs"})
        assert rig.remarks() == {sequence: "fires x.py for 1001 jobs"}

    def test_the_previous_event_is_of_the_same_job_type_and_extra(
        self, rig: Rig
    ) -> None:
        specs = ["failed-work-1", "done-work-2", "done-subjob-1", "running-work-1"]
        first = [rig.accept(event(spec)) for spec in specs]
        rig.accept(event("done-work-1", job=8))
        last = rig.accept(event("done-work-1"))
        alone = rig.accept(event("done-work-3"))
        with rig.store.planning() as planning:
            asked = [
                each for each in planning.take(9) if each.sequence in (last, alone)
            ]
            found = planning.previous(asked)
        assert {key: each.name for key, each in found.items()} == {last: "running"}
        assert found[asked[0].sequence].sequence == first[3]

    def test_the_previous_event_may_be_planned_or_not(self, rig: Rig) -> None:
        rig.accept(event("failed-job"))
        with rig.store.planning() as planning:
            planning.planned(planning.take(9), {})
        second = rig.accept(event("killed-job"))
        third = rig.accept(event("done-job"))
        with rig.store.planning() as planning:
            found = planning.previous(planning.take(9))
        assert {key: each.name for key, each in found.items()} == {
            second: "failed",
            third: "killed",
        }

    def test_a_transaction_that_fails_leaves_nothing_behind(self, rig: Rig) -> None:
        binding = rig.configure(bound(FOLDER, {"mail.qcb": "done-job-self"}))
        sequence = rig.accept(event("submit-job"))
        with pytest.raises(Interrupted):
            write_and_fail(rig, binding)
        with rig.store.planning() as planning:
            assert [each.sequence for each in planning.take(9)] == [sequence]
            assert planning.jobs({7}) == {}
            assert planning.children({3}) == []
            assert planning.progress({7}) == {}
            assert planning.due_timers(1e12, 9) == []
        assert (list(rig.runs()), dict(rig.remarks())) == ([], {})

    def test_what_a_transaction_wrote_stays(self, rig: Rig) -> None:
        binding = rig.configure(bound(FOLDER, {"mail.qcb": "done-job-self"}))
        rig.accept(event("submit-job"))
        with rig.store.planning() as planning:
            write_everything(planning, binding, planning.take(9))
        with rig.store.planning() as planning:
            assert ids(planning.jobs({7}).values()) == {7}
            assert ids(planning.children({3})) == {7}
            assert len(planning.progress({7})) == 1
            assert len(planning.due_timers(1e12, 9)) == 2
            # The event of the timer that fired.
            assert [each.source for each in planning.take(9)] == ["timer"]
        assert len(rig.runs()) == 2

    # Jobs.

    def test_a_job_comes_back_as_it_was_saved(self, rig: Rig) -> None:
        binding = rig.configure()
        job = known(9, binding, 5, pid=3, pgrp=4, label="a", status="x", prod_shot="y")
        self.save(rig, job)
        with rig.store.planning() as planning:
            (found,) = planning.jobs({9, 10}).values()
        assert found == job
        assert isinstance(found.job.fields, MappingProxyType)

    def test_jobs_are_found_by_parent_group_and_binding(self, rig: Rig) -> None:
        one, two = rig.configure(), rig.configure(bound(FOLDER, {}))
        jobs = [
            known(10, one, pid=3, pgrp=3),
            known(11, two, pid=3, pgrp=9),
            known(12, two, pgrp=3),
        ]
        self.save(rig, *jobs)
        with rig.store.planning() as planning:
            assert ids(planning.children({3, 99})) == {10, 11}
            assert ids(planning.groups({3})) == {10, 12}
            assert ids(planning.attached({two})) == {11, 12}
            assert set(planning.bindings_in_use()) >= {one, two}

    def test_a_job_that_moves_is_found_where_it_is_now(self, rig: Rig) -> None:
        binding = rig.configure()
        self.save(rig, known(10, binding, pid=3, pgrp=4))
        self.save(rig, known(10, binding, pid=5, pgrp=6))
        with rig.store.planning() as planning:
            assert ids(planning.children({3})) | ids(planning.groups({4})) == set()
            assert ids(planning.children({5})) & ids(planning.groups({6})) == {10}

    def test_a_removed_job_is_known_but_not_attached(self, rig: Rig) -> None:
        binding = rig.configure()
        self.save(rig, known(10, binding, pid=3, pgrp=4, removed=True))
        with rig.store.planning() as planning:
            assert planning.jobs({10})[10].removed
            found = [*planning.children({3}), *planning.groups({4})]
            assert [*found, *planning.attached({binding})] == []

    def test_a_job_that_is_not_bound_is_not_attached(self, rig: Rig) -> None:
        self.save(rig, known(10, None, pid=3, pgrp=4))
        with rig.store.planning() as planning:
            assert planning.jobs({10})[10].binding is None
            assert [*planning.children({3}), *planning.groups({4})] == []

    def test_a_job_without_an_event_for_long_is_not_attached(self, rig: Rig) -> None:
        binding = rig.configure()
        self.save(rig, known(10, binding, pid=3), known(11, binding, pid=3))
        rig.age(10, days=31)
        rig.age(11, days=29)
        with rig.store.planning() as planning:
            assert ids(planning.children({3})) == {11}
            assert ids(planning.attached({binding})) == {11}
            assert ids(planning.jobs({10, 11}).values()) == {10, 11}

    def test_an_event_attaches_a_job_again(self, rig: Rig) -> None:
        binding = rig.configure()
        self.save(rig, known(10, binding, pid=3))
        rig.age(10, days=31)
        self.save(rig, known(10, binding, pid=3))
        with rig.store.planning() as planning:
            assert ids(planning.children({3})) == {10}

    def test_many_jobs_can_be_asked_for_at_once(self, rig: Rig) -> None:
        binding = rig.configure()
        many = range(100, 3100)
        self.save(rig, *(known(each, binding, pid=3) for each in many))
        with rig.store.planning() as planning:
            assert set(planning.jobs(many)) == set(many)
            assert ids(planning.children({3})) == set(many)

    # The configuration.

    def test_a_binding_comes_back_as_it_was_brought_in_force(self, rig: Rig) -> None:
        first = bound(FOLDER, {"b.py": "done-job-self", "a.pl": "failed-job-self"})
        second = bound("/other", {"b.py": "complete-job-self && done-job-x"})
        binding = rig.configure(first, second)
        with rig.store.planning() as planning:
            found = planning.binding(binding)
        assert found.id == binding
        assert [(each.directory, each.mappings) for each in found.directories] == [
            (FOLDER, first.mappings),
            ("/other", second.mappings),
        ]

    def test_there_is_always_a_configuration(self, rig: Rig) -> None:
        with rig.store.planning() as planning:
            force = planning.in_force()
            assert planning.binding(force.binding).directories == ()

    def test_a_configuration_counts_for_events_accepted_after_it(
        self, rig: Rig
    ) -> None:
        one = rig.configure(bound(FOLDER, {"a.py": "done-job-self"}))
        before = rig.accept(event("submit-job", 1))
        two = rig.configure(bound(FOLDER, {"b.py": "done-job-self"}))
        after = rig.accept(event("submit-job", 2))
        assert before is not None
        assert after is not None
        with rig.store.planning() as planning:
            force = planning.in_force()
            assert (force.binding, force.after) == (two, before)
            assert planning.binding_at(before) == one
            assert planning.binding_at(after) == two

    def test_a_configuration_in_force_again_counts_from_then(self, rig: Rig) -> None:
        folder = bound(FOLDER, {"a.py": "done-job-self"})
        rig.configure(folder)
        rig.accept(event("submit-job", 1))
        rig.configure()
        sequence = rig.accept(event("submit-job", 2))
        assert sequence is not None
        again = rig.configure(folder)
        with rig.store.planning() as planning:
            assert planning.in_force().binding == again
            assert planning.in_force().after == sequence
            assert planning.binding_at(sequence) not in (again,)

    def test_pauses_that_have_not_ended_are_given(self, rig: Rig) -> None:
        held = [
            Pause(None, None, "all"),
            Pause(FOLDER, None, "folder"),
            Pause(FOLDER, "a.py", "one", until=4e9),
        ]
        for pause in [*held, Pause(FOLDER, "b.py", "over", until=1.0)]:
            rig.pause(pause)
        with rig.store.planning() as planning:
            assert sorted(each.reason for each in planning.pauses()) == [
                "all",
                "folder",
                "one",
            ]
            assert set(planning.pauses()) == set(held)

    # Memory.

    def test_memory_is_kept_changed_and_forgotten(self, rig: Rig) -> None:
        key = ProgressKey(7, FOLDER, "a.py", "complete-job-self && done-job-x")
        for specs in ({"complete-job-self"}, {"complete-job-self", "y"}, set()):
            with rig.store.planning() as planning:
                planning.save_progress({key: frozenset(specs)})
            with rig.store.planning() as planning:
                expected = {key: frozenset(specs)} if specs else {}
                assert planning.progress({7, 8}) == expected

    def test_memory_is_told_apart_by_job_and_mapping(self, rig: Rig) -> None:
        long = "done-job-self && " * 300
        keys = [
            ProgressKey(7, FOLDER, "a.py", "x"),
            ProgressKey(8, FOLDER, "a.py", "x"),
            ProgressKey(7, "/other", "a.py", "x"),
            ProgressKey(7, FOLDER, "b.py", "x"),
            ProgressKey(7, FOLDER, "a.py", f"{long}1"),
            ProgressKey(7, FOLDER, "a.py", f"{long}2"),
        ]
        changes = {key: frozenset({str(n)}) for n, key in enumerate(keys)}
        with rig.store.planning() as planning:
            planning.save_progress(changes)
        with rig.store.planning() as planning:
            assert planning.progress({7, 8}) == changes
            assert set(planning.progress({8})) == {keys[1]}

    def test_a_forgotten_job_has_no_memory_and_no_timers(self, rig: Rig) -> None:
        key = ProgressKey(7, FOLDER, "a.py", "x")
        fired = timer(7, "1")
        with rig.store.planning() as planning:
            planning.save_progress({key: frozenset({"y"})})
            planning.add_timers([fired, timer(7, "2"), timer(8, "1")])
            planning.fire_timer(fired, event("dummy-time-1"), None)
            planning.forget_jobs({7})
            assert planning.progress({7}) == {}
            assert [each.key.job for each in planning.due_timers(1e12, 9)] == [8]
            planning.add_timers([fired])
            assert fired in planning.due_timers(1e12, 9)

    # Timers.

    def test_due_timers_come_earliest_first(self, rig: Rig) -> None:
        timers = [timer(7, "3", 30.0), timer(7, "1", 10.0), timer(0, "2", 20.0)]
        with rig.store.planning() as planning:
            planning.add_timers(timers)
        with rig.store.planning() as planning:
            assert planning.due_timers(20.0, 9) == [timers[1], timers[2]]
            assert planning.due_timers(99.0, 1) == [timers[1]]
            assert planning.due_timers(9.0, 9) == []
        assert rig.store.next_timer() == 10.0

    def test_no_timer_is_due_next_when_there_is_none(self, rig: Rig) -> None:
        assert rig.store.next_timer() is None

    def test_a_timer_that_is_known_stays_as_it_is(self, rig: Rig) -> None:
        with rig.store.planning() as planning:
            planning.add_timers([timer(7, "1", 10.0)])
            planning.add_timers([timer(7, "1", 5.0)])
            assert planning.due_timers(99.0, 9) == [timer(7, "1", 10.0)]

    def test_a_timer_that_fired_is_never_due_again(self, rig: Rig) -> None:
        once = timer(7, "1", 10.0)
        with rig.store.planning() as planning:
            planning.add_timers([once])
            planning.fire_timer(once, event("dummy-time-1"), None)
            planning.add_timers([once])
        with rig.store.planning() as planning:
            assert planning.due_timers(99.0, 9) == []
            assert [each.event.spec for each in planning.take(9)] == ["dummy-time-1"]
        assert rig.store.next_timer() is None

    def test_an_interval_is_due_again_when_it_was_told(self, rig: Rig) -> None:
        every = timer(7, "5-10", 5.0, interval=10)
        with rig.store.planning() as planning:
            planning.add_timers([every])
            planning.fire_timer(every, event("dummy-repeat-5-10"), 15.0)
        with rig.store.planning() as planning:
            (found,) = planning.due_timers(15.0, 9)
        assert (found.key, found.due, found.interval) == (every.key, 15.0, 10)

    def test_the_event_of_a_mappings_timer_is_for_it_only(self, rig: Rig) -> None:
        key = TimerKey(0, "dummy", "globaltime", "5", FOLDER, "mail.qcb", "x")
        with rig.store.planning() as planning:
            planning.add_timers([Timer(key, 5.0)])
            planning.fire_timer(Timer(key, 5.0), globaltime(), None)
        with rig.store.planning() as planning:
            (taken,) = planning.take(9)
        assert (taken.only, taken.source, taken.event.job.id) == (MAIL, "timer", 0)

    def test_the_intervals_of_jobs_that_are_done_end(self, rig: Rig) -> None:
        every = timer(7, "5-10", 5.0, interval=10)
        other = timer(8, "5-10", 5.0, interval=10)
        once = timer(7, "6", 6.0)
        with rig.store.planning() as planning:
            planning.add_timers([every, other, once])
            planning.end_repeats({7})
            planning.add_timers([every])
            assert planning.due_timers(99.0, 9) == [other, once]

    def test_a_dropped_timer_may_be_added_again(self, rig: Rig) -> None:
        once = timer(7, "1", 10.0)
        with rig.store.planning() as planning:
            planning.add_timers([once, timer(8, "1", 11.0)])
            planning.drop_timers([once.key])
            assert planning.due_timers(99.0, 9) == [timer(8, "1", 11.0)]
            planning.add_timers([once])
            assert once in planning.due_timers(99.0, 9)

    # Runs.

    def test_runs_are_queued_or_suppressed_in_order(self, rig: Rig) -> None:
        binding = rig.configure(bound(FOLDER, {"mail.qcb": "done-job-self"}))
        sequence = rig.accept(event("submit-job"))
        assert sequence is not None
        with rig.store.planning() as planning:
            revision = planning.binding(binding).directories[0].revision
            runs = [
                PlannedRun(sequence, job, MAIL, "done-job-self", revision, why)
                for job, why in ((9, ""), (7, "paused"), (8, ""))
            ]
            planning.save_jobs([known(each, binding) for each in (7, 8, 9)], [])
            planning.take(9)
            planning.queue(runs)
        assert list(rig.runs()) == runs

    # How.

    def save(self, rig: Rig, *jobs: KnownJob) -> None:
        """Store jobs in a transaction of their own."""
        with rig.store.planning() as planning:
            planning.save_jobs(jobs, [])


def timer(job: int, extra: str, due: float = 1.0, interval: int | None = None) -> Timer:
    """A timer of a job."""
    kind = "repeat" if interval else "time"
    return Timer(TimerKey(job, "dummy", kind, extra), due, interval)


def globaltime() -> Event:
    """The event of a time of the site."""
    job = Job(id=0)
    return Event(f"contract-{next(_ids)}", "dummy", "globaltime", "5", 5.0, job)


def write_and_fail(rig: Rig, binding: int) -> None:
    """Use every writing method in a transaction that then fails."""
    with rig.store.planning() as planning:
        write_everything(planning, binding, planning.take(9))
        raise Interrupted


def write_everything(
    planning: Planning, binding: int, taken: Sequence[AcceptedEvent]
) -> None:
    """Use every writing method of a transaction."""
    sequence = taken[0].sequence
    revision = planning.binding(binding).directories[0].revision
    planning.save_jobs([known(7, binding, sequence, pid=3)], taken)
    planning.save_progress({ProgressKey(7, FOLDER, "a.py", "x"): frozenset({"y"})})
    first = timer(7, "1")
    planning.add_timers([first, timer(7, "2"), timer(7, "3", interval=5)])
    planning.fire_timer(first, event("dummy-time-1"), None)
    run = PlannedRun(sequence, 7, MAIL, "done-job-self", revision)
    planning.queue([run, run])
    planning.planned(taken, {sequence: "a remark"})
