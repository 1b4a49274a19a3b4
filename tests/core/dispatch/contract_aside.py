"""The contract of a dispatch store: events that are set aside."""

from __future__ import annotations

import pytest

from tests.core.dispatch.rig import MAIL, Interrupted, Rig, event


def accepted(rig: Rig, spec: str, job: int = 7) -> int:
    """Accept an event; give its sequence."""
    sequence = rig.accept(event(spec, job))
    assert sequence is not None
    return sequence


def set_aside_and_fail(rig: Rig, sequence: int) -> None:
    """Set an event aside in a transaction that then fails."""
    with rig.store.planning() as planning:
        planning.set_aside({sequence: "it is odd"})
        raise Interrupted


class AsideContract:
    """What a store does with events that cannot be judged."""

    def test_an_event_that_is_set_aside_is_taken_no_more(self, rig: Rig) -> None:
        first, second = accepted(rig, "done-job"), accepted(rig, "done-job")
        with rig.store.planning() as planning:
            planning.set_aside({first: "it is odd"})
            assert [each.sequence for each in planning.take(9)] == [second]
        with rig.store.planning() as planning:
            assert [each.sequence for each in planning.take(9)] == [second]

    def test_a_transaction_that_fails_sets_nothing_aside(self, rig: Rig) -> None:
        sequence = accepted(rig, "done-job")
        with pytest.raises(Interrupted):
            set_aside_and_fail(rig, sequence)
        with rig.store.planning() as planning:
            assert [each.sequence for each in planning.take(9)] == [sequence]

    def test_an_event_that_is_planned_again_has_its_own_place(self, rig: Rig) -> None:
        first, second = accepted(rig, "failed-job"), accepted(rig, "done-job")
        with rig.store.planning() as planning:
            planning.set_aside({first: "it is odd"})
        rig.plan_again(first)
        with rig.store.planning() as planning:
            taken = planning.take(9)
        assert [each.sequence for each in taken] == [first, second]
        assert [each.again for each in taken] == [True, False]
        assert not rig.remarks()

    def test_an_event_that_is_set_aside_is_the_previous_of_the_next(
        self, rig: Rig
    ) -> None:
        first, second = accepted(rig, "failed-job"), accepted(rig, "done-job")
        with rig.store.planning() as planning:
            planning.set_aside({first: "it is odd"})
            found = planning.previous(planning.take(9))
        assert found[second].name == "failed"

    def test_what_a_job_was_told_later_is_planned_and_its_own(self, rig: Rig) -> None:
        first = accepted(rig, "failed-job")
        told = [accepted(rig, "failed-work-1"), accepted(rig, "done-job")]
        accepted(rig, "done-job", 8)
        rig.accept(event("done-job"), only=MAIL, test=True)
        with rig.store.planning() as planning:
            taken = planning.take(9)
            planning.set_aside({first: "it is odd"})
            planning.planned(taken[1:], {})
        accepted(rig, "running-job")
        rig.plan_again(first)
        with rig.store.planning() as planning:
            again = planning.take(1)
            later = planning.later(again)
        assert [each.sequence for each in later[first]] == told
