"""The contract of a dispatch store: memory and timers."""

from __future__ import annotations

from qubecb.dispatch.ports.jobs import Memory, ProgressKey
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.events import QUBE_EPOCH
from tests.core.dispatch.rig import FOLDER, MAIL, Rig, event, globaltime, timer


class MemoryContract:
    """What a store does with the memory of `&&` triggers."""

    def test_memory_is_kept_changed_and_forgotten(self, rig: Rig) -> None:
        key = ProgressKey(7, FOLDER, "a.py", "complete-job-self && done-job-x")
        known = {"complete-job-self": 5}
        memories: list[Memory] = [known, {**known, "y": None}, {"y": 2**40}, {}]
        for memory in memories:
            with rig.store.planning() as planning:
                planning.save_progress({key: memory})
            with rig.store.planning() as planning:
                expected = {key: memory} if memory else {}
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
        changes = {key: {str(n): n} for n, key in enumerate(keys)}
        with rig.store.planning() as planning:
            planning.save_progress(changes)
        with rig.store.planning() as planning:
            assert planning.progress({7, 8}) == changes
            assert set(planning.progress({8})) == {keys[1]}

    def test_a_forgotten_job_has_no_memory_and_no_timers(self, rig: Rig) -> None:
        key = ProgressKey(7, FOLDER, "a.py", "x")
        fired = timer(7, "1")
        with rig.store.planning() as planning:
            planning.save_progress({key: {"y": 1}})
            planning.add_timers([fired, timer(7, "2"), timer(8, "1")])
            planning.fire_timer(fired, event("dummy-time-1"), None)
            planning.forget_jobs({7})
            assert planning.progress({7}) == {}
            assert [each.key.job for each in planning.due_timers(1e12, 9)] == [8]
            planning.add_timers([fired])
            assert fired in planning.due_timers(1e12, 9)


class TimerContract:
    """What a store does with timers."""

    def test_due_timers_come_earliest_first(self, rig: Rig) -> None:
        timers = [timer(7, "3", 30.0), timer(7, "1", 10.0), timer(0, "2", 20.0)]
        with rig.store.planning() as planning:
            planning.add_timers(timers)
        with rig.store.planning() as planning:
            assert planning.due_timers(20.0, 9) == [timers[1], timers[2]]
            assert planning.due_timers(99.0, 1) == [timers[1]]
            assert planning.due_timers(9.0, 9) == []
        assert rig.store.next_timer() == 10.0

    def test_when_the_next_timer_is_due_is_known_after_every_change(
        self, rig: Rig
    ) -> None:
        every, once = timer(7, "5-10", 5.0, interval=10), timer(8, "1", 12.0)
        found = []
        with rig.store.planning() as planning:
            planning.add_timers([once])
        found.append(rig.store.next_timer())
        with rig.store.planning() as planning:
            planning.add_timers([every])
        found.append(rig.store.next_timer())
        with rig.store.planning() as planning:
            planning.fire_timer(every, event("dummy-repeat-5-10"), 11.0)
        found.append(rig.store.next_timer())
        with rig.store.planning() as planning:
            planning.end_repeats({7})
        found.append(rig.store.next_timer())
        with rig.store.planning() as planning:
            planning.drop_timers([once.key])
        found.append(rig.store.next_timer())
        assert found == [12.0, 5.0, 11.0, 12.0, None]

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

    def test_intervals_that_have_begun_are_due_after_one_more_at_most(
        self, rig: Rig
    ) -> None:
        start = float(QUBE_EPOCH + 5)
        begun = timer(7, "5-10", start + 100, interval=10)
        waits = timer(8, "5-10", start, interval=10)
        padded = timer(8, "005-10", start, interval=10)
        once = timer(7, "6", start + 100)
        with rig.store.planning() as planning:
            planning.add_timers([begun, waits, padded, once])
            planning.pull_back_repeats(start - 58.0)
            found = {each.key: each.due for each in planning.due_timers(1e12, 9)}
        assert found == {
            begun.key: start - 50,
            waits.key: start,
            padded.key: start,
            once.key: once.due,
        }

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
