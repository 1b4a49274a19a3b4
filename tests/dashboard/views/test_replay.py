"""Replaying all runs of a filter, with the count first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.models import AuditEntry, Run
from tests.dashboard import factories

REPLAY = reverse("runs-replay")


def test_it_counts_before_it_does_anything(operator: Client) -> None:
    for file in ("a.py", "a.py", "b.py"):
        factories.run(state="failed", file=file)
    page = operator.get(f"{REPLAY}?state=failed").content.decode()
    assert "Replay 3 runs" in page
    assert Run.objects.count() == 3


def test_it_replays_what_was_counted_and_nothing_that_came_later(
    operator: Client,
) -> None:
    counted = factories.run(state="failed")
    newest = operator.get(f"{REPLAY}?state=failed").context["plan"].ids[0]
    factories.run(state="failed")
    operator.post(f"{REPLAY}?state=failed", {"newest": newest})
    assert [run.replay_of for run in Run.objects.filter(state="queued")] == [counted.pk]
    assert AuditEntry.objects.get().details == {"runs": 1}


def test_who_presses_the_button_twice_replays_once(operator: Client) -> None:
    old = factories.run(state="failed")
    factories.run(state="failed", event=old.event, replay_of=old.pk)
    plan = operator.get(f"{REPLAY}?state=failed").context["plan"]
    sent = {"newest": plan.ids[0], "seen": plan.seen}
    for _ in range(2):
        operator.post(f"{REPLAY}?state=failed", sent)
    again = Run.objects.filter(state="queued").order_by("-replay_of")
    assert [run.replay_of for run in again] == list(plan.ids)


@pytest.mark.parametrize("newest", ["", "x", "-1", "٣"])
def test_without_a_count_nothing_is_replayed(operator: Client, newest: str) -> None:
    factories.run(state="failed")
    operator.post(f"{REPLAY}?state=failed", {"newest": newest})
    assert not Run.objects.filter(state="queued").exists()


def test_a_filter_that_cannot_be_read_replays_nothing(operator: Client) -> None:
    run = factories.run(state="failed")
    answer = operator.post(f"{REPLAY}?job=render", {"newest": run.pk})
    assert answer.status_code == 302
    assert not Run.objects.filter(state="queued").exists()


def test_a_viewer_may_not(viewer: Client) -> None:
    assert viewer.get(REPLAY).status_code == 403
    assert viewer.post(REPLAY).status_code == 403


def test_nothing_to_replay_is_said(operator: Client) -> None:
    assert b"Nothing to replay" in operator.get(REPLAY).content
