"""The contract of a dispatch store: what verbs do to jobs, in the order of acceptance."""

from __future__ import annotations

from typing import Any

import pytest

from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.jobs import Act
from qubecb.testing.store import bound
from tests.core.dispatch.rig import FOLDER, Rig, acted, event


def planned(rig: Rig, limit: int = 500) -> KnownJob:
    """Plan everything; give job 7 as it is stored then."""
    dispatcher = Dispatcher(rig.store, DispatchSettings(), lambda: 1764000000.0)
    while dispatcher.step(limit):
        pass
    with rig.store.planning() as planning:
        return planning.jobs({7})[7]


class ActContract:
    """What a store does with acts."""

    def test_an_act_comes_back_as_it_was_accepted(self, rig: Rig) -> None:
        arguments: dict[str, Any] = {"priority": 5, "env": {"A": "Ü"}}
        acted(rig, "modify", "modified-job", **arguments)
        with rig.store.planning() as planning:
            (taken,) = planning.take(9)
        assert taken.act == Act("modify", ("7",), arguments)
        assert (taken.event.name, taken.event.job.id) == ("modified", 7)

    def test_what_means_no_event_is_nobodys_previous(self, rig: Rig) -> None:
        rig.accept(event("failed-job"))
        acted(rig, "retry")
        last = rig.accept(event("done-job"))
        with rig.store.planning() as planning:
            found = planning.previous(planning.take(9)[-1:])
        assert {key: each.name for key, each in found.items()} == {last: "failed"}

    @pytest.mark.parametrize("limit", [1, 500])
    def test_acts_and_events_are_done_in_their_order(
        self, rig: Rig, limit: int
    ) -> None:
        rig.accept(event("running-job", cpus=2, priority=9))
        acted(rig, "modify", "modified-job", priority=5)
        rig.accept(event("running-job", cpus=4))
        acted(rig, "kill", "killed-job")
        acted(rig, "modify", "modified-job", priority=1)
        job = planned(rig, limit).job
        assert (job.status, job.fields["cpus"]) == ("killed", 4)
        assert job.fields["priority"] == 5

    def test_the_event_of_an_act_fires_what_it_means(self, rig: Rig) -> None:
        triggers = {"a.py": "killed-job-self", "b.py": "done-job-self"}
        rig.configure(bound(FOLDER, triggers))
        rig.accept(event("running-job"))
        acted(rig, "kill", "killed-job")
        acted(rig, "retry")
        job = planned(rig).job
        assert [run.key.file for run in rig.runs()] == ["a.py", "b.py"]
        assert job.status == "pending"

    def test_an_act_makes_no_job_and_changes_none_that_is_removed(
        self, rig: Rig
    ) -> None:
        acted(rig, "modify", "modified-job", job=8, priority=5)
        rig.accept(event("running-job"))
        acted(rig, "remove", "removed-job")
        acted(rig, "modify", "modified-job", priority=5)
        known = planned(rig)
        assert known.removed
        assert "priority" not in known.job.fields
        with rig.store.planning() as planning:
            assert planning.jobs({8}) == {}

    def test_an_act_that_was_set_aside_is_done_at_its_own_place(self, rig: Rig) -> None:
        rig.accept(event("running-job"))
        first = acted(rig, "modify", "modified-job", priority=5)
        assert first is not None
        acted(rig, "modify", "modified-job", priority=7)
        with rig.store.planning() as planning:
            planning.set_aside({first: "it is odd"})
        assert planned(rig).job.fields["priority"] == 7
        rig.plan_again(first)
        assert planned(rig).job.fields["priority"] == 7
