"""The contract of a dispatch store: jobs, the configuration and pauses."""

from __future__ import annotations

from types import MappingProxyType

from qubecb.dispatch.ports.configuration import Pause
from qubecb.testing.store import bound
from tests.core.dispatch.rig import FOLDER, Rig, event, ids, known, save


class JobContract:
    """What a store does with jobs."""

    def test_a_job_comes_back_as_it_was_saved(self, rig: Rig) -> None:
        binding = rig.configure()
        job = known(9, binding, 5, pid=3, pgrp=4, label="a", status="x", prod_shot="y")
        save(rig, job)
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
        save(rig, *jobs)
        with rig.store.planning() as planning:
            assert ids(planning.children({3, 99})) == {10, 11}
            assert ids(planning.groups({3})) == {10, 12}
            assert ids(planning.attached({two})) == {11, 12}
            assert set(planning.bindings_in_use()) >= {one, two}

    def test_a_job_that_moves_is_found_where_it_is_now(self, rig: Rig) -> None:
        binding = rig.configure()
        save(rig, known(10, binding, pid=3, pgrp=4))
        save(rig, known(10, binding, pid=5, pgrp=6))
        with rig.store.planning() as planning:
            assert ids(planning.children({3})) | ids(planning.groups({4})) == set()
            assert ids(planning.children({5})) & ids(planning.groups({6})) == {10}

    def test_a_removed_job_is_known_but_not_attached(self, rig: Rig) -> None:
        binding = rig.configure()
        save(rig, known(10, binding, pid=3, pgrp=4, removed=True))
        with rig.store.planning() as planning:
            assert planning.jobs({10})[10].removed
            found = [*planning.children({3}), *planning.groups({4})]
            assert [*found, *planning.attached({binding})] == []

    def test_a_job_that_is_not_bound_is_not_attached(self, rig: Rig) -> None:
        save(rig, known(10, None, pid=3, pgrp=4))
        with rig.store.planning() as planning:
            assert planning.jobs({10})[10].binding is None
            assert [*planning.children({3}), *planning.groups({4})] == []

    def test_a_job_without_an_event_for_long_is_not_attached(self, rig: Rig) -> None:
        binding = rig.configure()
        save(rig, known(10, binding, pid=3), known(11, binding, pid=3))
        rig.age(10, days=31)
        rig.age(11, days=29)
        with rig.store.planning() as planning:
            assert ids(planning.children({3})) == {11}
            assert ids(planning.attached({binding})) == {11}
            assert ids(planning.jobs({10, 11}).values()) == {10, 11}

    def test_an_event_attaches_a_job_again(self, rig: Rig) -> None:
        binding = rig.configure()
        save(rig, known(10, binding, pid=3))
        rig.age(10, days=31)
        save(rig, known(10, binding, pid=3))
        with rig.store.planning() as planning:
            assert ids(planning.children({3})) == {10}

    def test_many_jobs_can_be_asked_for_at_once(self, rig: Rig) -> None:
        binding = rig.configure()
        many = range(100, 3100)
        save(rig, *(known(each, binding, pid=3) for each in many))
        with rig.store.planning() as planning:
            assert set(planning.jobs(many)) == set(many)
            assert ids(planning.children({3})) == set(many)


class ConfigurationContract:
    """What a store does with the configuration in force, and with pauses."""

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
