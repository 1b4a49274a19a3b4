"""Replaying all runs of a filter, with the count first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import AuditEntry, RollUp, Run
from dashboard.store.statistics import Ended, roll_up
from dashboard.store.transactions import writing
from qubecb.runner.outcome import RunState
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


class TestDiscard:
    """The other choice about what was suppressed."""

    def test_only_suppressed_runs_are_discarded_and_say_who_did_it(
        self, operator: Client
    ) -> None:
        kept = factories.run(state="failed")
        factories.run(state="suppressed", reason="paused: too loud")
        plan = operator.get(REPLAY).context["plan"]
        assert (len(plan.ids), plan.suppressed) == (2, 1)
        operator.post(REPLAY, {"newest": plan.ids[0], "do": "discard"})
        found = Run.objects.get(state="cancelled")
        assert found.reason.endswith("; it was suppressed: paused: too loud")
        assert found.reason.startswith("discarded by ")
        kept.refresh_from_db()
        assert kept.state == "failed"
        assert AuditEntry.objects.get().act == "discard"

    def test_one_is_discarded_on_its_page_and_only_once(self, operator: Client) -> None:
        run = factories.run(state="suppressed")
        address = reverse("run-discard", args=[run.pk])
        assert address in operator.get(reverse("run", args=[run.pk])).content.decode()
        for said in ("is discarded", "nothing was done"):
            page = operator.post(address, follow=True).content.decode()
            assert said in page
        assert AuditEntry.objects.count() == 1

    def test_it_is_counted_as_cancelled_from_then_on(self, operator: Client) -> None:
        at = timezone.now()
        run = factories.run(state="suppressed", ended_at=at)
        whose = run.directory, run.file, run.trigger
        ended = Ended(*whose, RunState.SUPPRESSED, at.timestamp())
        with writing():
            roll_up([ended])
        operator.post(reverse("run-discard", args=[run.pk]))
        counted = RollUp.objects.get()
        assert (counted.suppressed, counted.cancelled) == (0, 1)

    def test_what_was_suppressed_after_the_count_is_left(
        self, operator: Client
    ) -> None:
        first = factories.run(state="suppressed")
        later = factories.run(state="suppressed")
        operator.post(REPLAY, {"newest": first.pk, "do": "discard"})
        later.refresh_from_db()
        assert later.state == "suppressed"

    def test_what_was_decided_on_is_not_offered_again(self, operator: Client) -> None:
        replayed, _ = (factories.run(state="suppressed") for _ in range(2))
        operator.post(reverse("run-replay", args=[replayed.pk]))
        Run.objects.filter(replay_of=replayed.pk).update(state="running")
        plan = operator.get(REPLAY).context["plan"]
        assert (len(plan.ids), plan.suppressed) == (1, 1)
        operator.post(REPLAY, {"newest": plan.ids[0], "do": "discard"})
        for wanted in ("", "?state=suppressed", "?state=cancelled"):
            assert operator.get(f"{REPLAY}{wanted}").context["plan"].ids == ()

    def test_what_was_replayed_is_not_discarded(self, operator: Client) -> None:
        run = factories.run(state="suppressed")
        operator.post(reverse("run-replay", args=[run.pk]))
        address = reverse("run-discard", args=[run.pk])
        page = operator.get(reverse("run", args=[run.pk])).content.decode()
        assert address not in page
        operator.post(address)
        run.refresh_from_db()
        assert run.state == "suppressed"

    def test_a_viewer_may_not_discard(self, viewer: Client) -> None:
        run = factories.run(state="suppressed")
        address = reverse("run-discard", args=[run.pk])
        assert viewer.post(address).status_code == 403
        assert address not in viewer.get(reverse("run", args=[run.pk])).content.decode()
