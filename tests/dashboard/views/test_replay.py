"""Replaying all runs of a filter, with the count first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dashboard.models import AuditEntry, Run
from dashboard.project.environment import Environment
from dashboard.queries.pulse import pulse
from dashboard.store.database.transactions import writing
from dashboard.store.runs.recording import Scripts, record
from qubecb.runner.outcome import Outcome, RunState
from tests.dashboard import factories
from tests.dashboard.reading import Page, read

REPLAY = reverse("runs-replay")


def succeeded(run: Run) -> Outcome:
    """How a run ends that does."""
    return Outcome(str(run.pk), RunState.SUCCEEDED, "", 0, 1.0, 2.0)


def test_it_counts_before_it_does_anything(operator: Client) -> None:
    for file in ("a.py", "a.py", "b.py"):
        factories.run(state="failed", file=file)
    page = read(operator, f"{REPLAY}?state=failed")
    assert page.heading == "Replay 3 runs"
    assert page.column("Runs") == ["2", "1"]
    assert "Replay 3 runs" in page.acts
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


def test_what_was_replayed_and_succeeded_is_not_offered_again(
    operator: Client,
) -> None:
    for _ in range(3):
        factories.run(state="failed")
    address = f"{REPLAY}?state=failed"
    plan = operator.get(address).context["plan"]
    operator.post(address, {"newest": plan.ids[0], "seen": plan.seen})
    assert operator.get(address).context["plan"].ids == ()
    outcomes = [succeeded(run) for run in Run.objects.filter(state="queued")]
    Run.objects.filter(state="queued").update(state="running")
    with writing():
        record(outcomes, Scripts())
    assert read(operator, address).empty == ["Nothing to replay"]
    assert pulse().open == 0
    page = read(operator, f"{reverse('runs')}?state=failed")
    assert page.column("State") == ["Failed made good"] * 3


def test_what_will_be_kept_back_is_said_in_numbers_before_and_after(
    operator: Client,
) -> None:
    for _ in range(3):
        factories.run(state="failed", file="notify.py")
    factories.run(state="failed")
    until = timezone.now() + timedelta(days=3)
    factories.pause(file="notify.py", author="ana", reason="", until=until)
    (notice,) = read(operator, REPLAY).notices
    said = "3 of 4 will be kept back: notify.py is paused by ana until"
    assert notice.startswith(said)
    plan = operator.get(REPLAY).context["plan"]
    answer = operator.post(REPLAY, {"newest": plan.ids[0]}, follow=True)
    said = "1 run is queued again. 3 of 4 are kept back: notify.py is paused by ana"
    assert Page(answer).notices[0].startswith(said)
    assert Run.objects.filter(state="suppressed").count() == 3


def test_a_disabled_language_keeps_back_what_is_replayed(
    operator: Client, tmp_path: Path, settings: Settings
) -> None:
    conf = tmp_path / "qb.conf"
    conf.write_text("supervisor_language_flags = perl\n")
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(conf)})
    run = factories.run(state="failed")
    (notice,) = read(operator, REPLAY).notices
    assert notice.startswith("1 of 1 will be kept back: python callbacks are disabled")
    operator.post(REPLAY, {"newest": run.pk})
    assert Run.objects.get(replay_of=run.pk).state == "suppressed"


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
    page = read(operator, REPLAY)
    assert page.empty == ["Nothing to replay"]
    assert page.acts == ["Show all runs"]


class TestDiscard:
    """The other choice about what was suppressed."""

    def test_only_suppressed_runs_are_discarded_and_say_who_did_it(
        self, operator: Client
    ) -> None:
        kept = factories.run(state="failed")
        run = factories.run(state="suppressed", reason="paused: too loud")
        plan = operator.get(REPLAY).context["plan"]
        assert (len(plan.ids), plan.suppressed) == (2, 1)
        sent = {"newest": plan.ids[0], "do": "discard", "reason": "too late"}
        operator.post(REPLAY, sent)
        run.refresh_from_db()
        assert (run.state, run.settled) == ("suppressed", "dismissed")
        assert run.settled_by.startswith("operator-")
        assert run.settled_reason == "too late"
        kept.refresh_from_db()
        assert kept.open
        assert AuditEntry.objects.get().act == "discard"

    def test_one_is_discarded_on_its_page_and_only_once(self, operator: Client) -> None:
        run = factories.run(state="suppressed")
        address = reverse("run-discard", args=[run.pk])
        assert "Discard" in read(operator, reverse("run", args=[run.pk])).acts
        for said in ("was discarded", "nothing was done"):
            page = Page(operator.post(address, follow=True))
            assert said in page.notices[0]
            assert "Discard" not in page.acts
        assert AuditEntry.objects.count() == 1

    def test_a_reason_that_is_too_long_is_refused_and_not_cut(
        self, operator: Client
    ) -> None:
        run = factories.run(state="suppressed")
        answer = operator.post(
            reverse("run-discard", args=[run.pk]), {"reason": "x" * 501}, follow=True
        )
        assert "at most 500 characters" in Page(answer).notices[0]
        operator.post(REPLAY, {"newest": run.pk, "do": "discard", "reason": "x" * 501})
        run.refresh_from_db()
        assert run.open

    def test_what_was_suppressed_after_the_count_is_left(
        self, operator: Client
    ) -> None:
        first = factories.run(state="suppressed")
        later = factories.run(state="suppressed")
        operator.post(REPLAY, {"newest": first.pk, "do": "discard"})
        later.refresh_from_db()
        assert later.open

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
        page = read(operator, reverse("run", args=[run.pk]))
        assert page.acts == ["Why?", "Test fire"]
        operator.post(address)
        run.refresh_from_db()
        assert run.open

    def test_a_viewer_may_not_discard(self, viewer: Client) -> None:
        run = factories.run(state="suppressed")
        address = reverse("run-discard", args=[run.pk])
        assert viewer.post(address).status_code == 403
        assert read(viewer, reverse("run", args=[run.pk])).acts == ["Why?"]


class TestDismiss:
    """All that is open of a filter, with one reason."""

    def test_it_counts_first_and_wants_a_reason(self, operator: Client) -> None:
        runs = [factories.run(state="failed") for _ in range(3)]
        assert "Dismiss 3 runs" in read(operator, REPLAY).acts
        sent = {"newest": runs[-1].pk, "do": "dismiss", "reason": " "}
        page = Page(operator.post(REPLAY, sent))
        assert page.errors == ["Say why it is dismissed."]
        assert Run.objects.filter(open=True).count() == 3

    def test_it_settles_what_was_counted(self, operator: Client) -> None:
        counted, later = (factories.run(state="failed") for _ in range(2))
        sent = {"newest": counted.pk, "do": "dismiss", "reason": "the shot was cut"}
        page = Page(operator.post(REPLAY, sent, follow=True))
        assert page.notices == ["1 run is dismissed."]
        assert [run.pk for run in Run.objects.filter(open=True)] == [later.pk]
        entry = AuditEntry.objects.get()
        assert entry.details == {"runs": 1, "reason": "the shot was cut"}
