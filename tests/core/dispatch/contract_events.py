"""The contract of a dispatch store: events, transactions and runs."""

from __future__ import annotations

from typing import Any

import pytest

from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.testing.store import bound
from tests.core.dispatch.rig import (
    FOLDER,
    MAIL,
    Interrupted,
    Rig,
    event,
    ids,
    known,
    write_and_fail,
    write_everything,
)


class EventContract:
    """What a store does with events, and with all that a transaction writes."""

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

    def test_a_test_fire_of_one_mapping_is_the_previous_of_no_event(
        self, rig: Rig
    ) -> None:
        rig.accept(event("running-job"))
        rig.accept(event("failed-job"), only=MAIL, test=True)
        last = rig.accept(event("done-job"))
        with rig.store.planning() as planning:
            found = planning.previous(planning.take(9)[1:])
        assert [each.name for each in found.values()] == ["running", "running"]
        assert last in found

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
