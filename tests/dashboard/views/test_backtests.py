"""The review of an edit tells what it would have done, and the revision what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import BacktestRecord, Revision
from dashboard.service import answering
from dashboard.store.past import backtest_questions, questions
from tests.dashboard import factories
from tests.dashboard.reading import Page
from tests.dashboard.sites import Site

NEW = "mail.py = done-job-self\nreport.pl = done-work-self-*\n"


def begun(site: Site, editor: Client, **sent: str) -> BacktestRecord:
    """Ask for it, as the review page does by itself."""
    site.post(editor, "backtest", text=NEW, **sent)
    return BacktestRecord.objects.latest("pk")


def result(**changes: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("before", "after", "same", "gained", "lost"), 0)
    callback = {
        **{"file": "mail.py", **counts, "seconds_before": None, "seconds_after": None},
        **{"busiest": None, "most": {}, "gained_examples": [], "lost_examples": []},
        **{"lost_were": {}, "lost_acted": 0, "lost_acts": {}, **changes},
    }
    return {
        **backtest_questions.NOTHING_YET,
        "events": 5,
        "unchanged": 1,
        "callbacks": [callback],
    }


def done(site: Site, editor: Client, **changes: Any) -> BacktestRecord:
    """One that came out so."""
    record = begun(site, editor)
    assert questions.claim() is not None
    questions.finish(record, result(**changes))
    return record


def fragment(site: Site, editor: Client, record: BacktestRecord) -> str:
    return Page(editor.get(reverse("backtest", args=["callback", record.pk]))).text


def told_of(editor: Client, revision: Revision) -> Page:
    """The page of a revision."""
    return Page(editor.get(reverse("revision", args=["callback", revision.pk])))


def test_the_review_asks_for_it_by_itself(site: Site, editor: Client) -> None:
    page = site.post(editor, "review", text=NEW)
    assert "The past is being read" in page.cards["What it would have done"]
    record = begun(site, editor)
    assert (record.mode, record.until - record.since) == (
        "throughout",
        timedelta(days=7),
    )
    assert bytes(record.content) == NEW.encode()


def test_another_span_takes_the_place_of_the_one_before(
    site: Site, editor: Client
) -> None:
    first = begun(site, editor)
    second = begun(site, editor, span="30d", mode="new-jobs", backtest=str(first.pk))
    first.refresh_from_db()
    assert (first.state, first.reason) == ("failed", questions.REPLACED)
    assert (second.mode, second.until - second.since) == (
        "new-jobs",
        timedelta(days=30),
    )


def test_it_is_computed_and_told(site: Site, editor: Client) -> None:
    record = begun(site, editor)
    assert "The past is being read" in fragment(site, editor, record)
    claimed = questions.claim()
    assert claimed is not None
    answering.answer(claimed)
    told = fragment(site, editor, record)
    assert "mail.py 0 0 0 0" in told
    assert "The edit changes no run: 0 runs with it and without it." in told
    assert "1 mapping unchanged" in told


def test_the_first_thing_said_is_how_many_runs_come_and_go(
    site: Site, editor: Client
) -> None:
    figures = {"before": 212, "after": 1_500, "gained": 1_300, "lost": 12}
    were = {"suppressed": 1, "cancelled": 2, "failed": 9}
    record = done(site, editor, **figures, lost_acted=3, lost_were=were)
    told = fragment(site, editor, record)
    assert (
        "With the edit 1,500 runs instead of 212: 1,300 gained and 12 lost; 3 of the lost"
        " ones acted on the farm."
    ) in told
    assert "1 was kept back, 2 were cancelled, 9 failed" in told


def test_long_ids_hide_no_figure(site: Site, editor: Client) -> None:
    long = "x" * 200
    most = {"job": [{"what": long, "runs": 3}]}
    examples = [{"event": None, "job": long}]
    record = done(site, editor, gained=3, most=most, gained_examples=examples)
    told = fragment(site, editor, record)
    assert "most by job" in told
    assert "a time for job x" in told
    assert long not in told


def test_it_says_why_it_was_not_computed(site: Site, editor: Client) -> None:
    record = begun(site, editor)
    questions.fail(record, questions.FORSAKEN)
    assert "nobody asked for it for 60 s" in fragment(site, editor, record)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"after": 80_000}, "gain"),
        ({"before": 9, "lost": 9, "lost_acted": 3, "lost_acts": {"kill": 3}}, "lose"),
    ],
)
def test_an_edit_that_does_much_wants_a_word(
    site: Site, editor: Client, changes: dict[str, Any], word: str
) -> None:
    record = done(site, editor, **changes)
    assert f"type {word}" in fragment(site, editor, record)
    page = site.post(editor, "save", text=NEW, reason="why")
    assert "to save this edit you must type a word" in page.text
    assert site.data != NEW.encode()
    site.post(editor, "save", text=NEW, reason="why", word=f" {word.upper()} ")
    assert site.data == NEW.encode()


@pytest.mark.parametrize("changes", [{"after": 6_000}, {"before": 800, "after": 7_999}])
def test_others_want_none(site: Site, editor: Client, changes: dict[str, Any]) -> None:
    done(site, editor, **changes)
    site.post(editor, "save", text=NEW, reason="why")
    assert site.data == NEW.encode()


def test_one_may_save_before_it_is_done(site: Site, editor: Client) -> None:
    record = begun(site, editor)
    sent = {"text": NEW, "reason": "why", "backtest": str(record.pk)}
    site.post(editor, "save", **sent)
    saved = Revision.objects.latest("pk")
    told = told_of(editor, saved).text
    assert "was not computed before it was saved" in told


def test_the_revision_tells_what_was_expected_and_what_came(
    site: Site, editor: Client
) -> None:
    record = done(site, editor, before=14, after=70)
    site.post(editor, "save", text=NEW, reason="why", backtest=str(record.pk))
    saved = Revision.objects.latest("pk")
    page = told_of(editor, saved)
    assert "mail.py 2.0 10.0 not yet" in page.cards["Expected, and what came"]
    Revision.objects.filter(pk=saved.pk).update(
        created_at=timezone.now() - timedelta(days=2)
    )
    factories.roll_up(directory=str(site.path), file="mail.py", succeeded=30)
    page = told_of(editor, saved)
    assert "mail.py 2.0 10.0 15.0" in page.cards["Expected, and what came"]


def test_nobody_else_asks(site: Site, operator: Client) -> None:
    assert operator.get(reverse("backtest", args=["callback", 1])).status_code == 403


def test_going_back_is_told_and_kept_like_any_edit(site: Site, editor: Client) -> None:
    first = site.observe()
    site.post(editor, "save", text=NEW, reason="why")
    address = reverse("roll-back", args=["callback", first.pk])
    page = Page(editor.get(address))
    assert "The past is being read" in page.cards["What it would have done"]
    sent = {"text": page.sent["text"], "base": page.sent["base"]}
    editor.post(reverse("configuration-backtest", args=["callback"]), sent)
    record = BacktestRecord.objects.latest("pk")
    assert record.sha256 == first.sha256
    questions.claim()
    questions.finish(record, result(before=2, lost=2, lost_acted=1))
    again = {"base": sent["base"], "reason": "back", "backtest": str(record.pk)}
    assert (
        "to save this edit you must type a word"
        in Page(editor.post(address, again)).text
    )
    editor.post(address, {**again, "word": "lose"})
    record.refresh_from_db()
    assert record.saved_as == Revision.objects.latest("pk").pk
