"""Events of many frames are one line."""

from __future__ import annotations

import pytest

from dashboard.queries.frames import Fold, folded, spans
from dashboard.queries.timeline import timeline
from tests.dashboard import factories


@pytest.mark.parametrize(
    ("extras", "said"),
    [
        (["1", "2", "3"], "1–3"),
        (["12", "1", "2", "3", "15"], "1–3, 12, 15"),
        (["7"], "7"),
        (["a", "b"], "a, b"),
        (["3", "b", "4", ""], "3–4, b"),
        (["1", "3", "5", "7", "9", "11"], "1, 3, 5, 7 and 2 more"),
        (["²", "٣"], "², ٣"),
        ([], ""),
    ],
)
def test_items_are_told_in_few_words(extras: list[str], said: str) -> None:
    assert spans(extras) == said


@pytest.mark.django_db
def test_frames_of_one_kind_are_one_line_with_how_their_runs_ended() -> None:
    factories.event(name="submit")
    for frame in range(1, 13):
        factories.event(name="running", type="work", extra=str(frame))
        event = factories.event(
            name="complete", type="work", extra=str(frame), runs_count=1
        )
        state = "failed" if frame == 5 else "succeeded"
        factories.run(of=event, state=state)
    complete, running, submit = folded(timeline([5042]).entries)
    assert isinstance(complete, Fold)
    assert isinstance(running, Fold)
    assert (complete.name, complete.items) == ("complete-work", "1–12")
    assert complete.states == [("succeeded", 11), ("failed", 1)]
    assert not complete.silent
    assert (running.name, running.silent, running.states) == ("running-work", True, [])
    assert not isinstance(submit, Fold)


@pytest.mark.django_db
def test_a_few_frames_and_what_began_a_cascade_stand_by_themselves() -> None:
    for frame in ("1", "2"):
        factories.event(type="work", extra=frame)
    for frame in ("1", "2", "3"):
        event = factories.event(type="subjob", extra=frame, runs_count=1)
        run = factories.run(of=event)
        factories.event(name="killed", caused_by=run.pk)
    assert not any(isinstance(each, Fold) for each in folded(timeline([5042]).entries))


@pytest.mark.django_db
def test_a_job_event_between_them_parts_two_stretches() -> None:
    for name in ("failed", "killed"):
        for frame in range(3):
            factories.event(type="work", extra=str(frame))
        factories.event(name=name)
    assert len(folded(timeline([5042]).entries)) == 4
