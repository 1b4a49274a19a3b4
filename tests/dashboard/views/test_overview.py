"""The overview, and the pulse on every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dashboard.project.environment import Environment
from tests.dashboard import factories
from tests.dashboard.reading import Page, read
from tests.dashboard.sites import Site

HTMX = {"HX-Request": "true"}


def test_it_says_that_nothing_works_and_what_to_do(viewer: Client) -> None:
    page = read(viewer, "/")
    assert page.notices[0].startswith("Nothing is dispatched and nothing runs.")
    assert "Start it with bin/up" in page.notices[0]
    assert page.figures["Service"].startswith("Service Not started")


def test_it_says_that_the_service_works(viewer: Client) -> None:
    factories.heartbeat()
    page = read(viewer, "/")
    assert not any("Nothing is dispatched" in notice for notice in page.notices)
    assert page.figures["Service"].startswith("Service Working 1 process, heard ")


def test_it_says_what_a_process_says_of_itself(viewer: Client) -> None:
    details = {
        "trouble": {"dispatcher": "the disk is full"},
        "remarks": ["each Python callback starts a new interpreter: no fork"],
    }
    factories.heartbeat(details=details)
    said = " ".join(read(viewer, "/").notices)
    assert "The dispatcher on farm" in said
    assert "the disk is full" in said
    assert "each Python callback starts a new interpreter" in said


def test_what_the_dead_said_is_no_longer_said(viewer: Client) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    beat = factories.heartbeat(details={"remarks": ["no fork"]})
    assert "no fork" in read(viewer, "/").text
    beat.beat_at = long_ago
    beat.save()
    assert "no fork" not in read(viewer, "/").text


def test_failures_are_shown_with_what_they_said_last(viewer: Client) -> None:
    run = factories.run(state="failed", last_line="database is locked")
    page = read(viewer, "/")
    (said,) = page.column("What it said")
    assert said.endswith("database is locked")
    assert reverse("run", args=[run.pk]) in page.links.values()


def test_a_bar_leads_to_exactly_the_runs_that_it_counts(viewer: Client) -> None:
    row = factories.roll_up(2, succeeded=1)
    inside = factories.run(queued_at=row.hour)
    factories.run(queued_at=row.hour, test=True)
    factories.run()
    columns = viewer.get(reverse("overview")).context["columns"]
    column = next(column for column in columns if column.total)
    assert list(viewer.get(column.href).context["runs"]) == [inside]


def test_a_pause_of_everything_is_said_at_the_top(viewer: Client) -> None:
    factories.pause(directory="", file="", reason="moving the farm")
    said = "Everything is paused by ada now: moving the farm"
    assert said in read(viewer, "/").notices


def test_htmx_gets_the_live_part_without_the_frame(viewer: Client) -> None:
    answer = viewer.get(reverse("overview"), headers=HTMX)
    assert Page(answer).select("html, body, main") == []
    assert len(Page(answer).select("#live")) == 1
    assert "HX-Request" in answer["Vary"]


def test_the_pulse_counts_and_leads_to_what_it_counts(viewer: Client) -> None:
    factories.run(state="failed")
    factories.run(state="running")
    page = read(viewer, reverse("pulse"))
    assert page.links["1running"] == "/runs/?state=running"
    assert page.links["1open"] == "/runs/?open=yes"
    (opened,) = page.select('a.is-bad[href*="open"]')
    assert opened.get_text() == "1open"
    (pulse,) = page.select("#pulse")
    assert str(pulse["hx-trigger"]).startswith("every 2s,")


@pytest.mark.django_db
def test_more_rows_need_no_more_queries(queries_of: Callable[[str], int]) -> None:
    def rows(number: int) -> None:
        factories.roll_up(file=f"{number}.py", failed=1)
        factories.run(state="failed", file=f"{number}.py")
        factories.pause(file=f"{number}.py")
        factories.heartbeat()
        factories.event(remark="look")

    rows(1)
    one = queries_of(reverse("overview"))
    rows(2)
    rows(3)
    assert queries_of(reverse("overview")) == one


def test_errors_of_the_configuration_are_told_first(viewer: Client, site: Site) -> None:
    factories.heartbeat()
    site.write(b"mail.py = nonsense\n" * 3)
    page = read(viewer, "/")
    assert page.notices[0].startswith("The configuration has 5 errors.")
    assert page.text.startswith(f"Overview {page.notices[0]}")
    (working,) = page.select(".figure-value.tone-amber")
    assert working.get_text() == "Working"


def test_a_path_with_colons_says_that_commas_separate(
    viewer: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_CALLBACK_PATH": f"{tmp_path}:/studio"})
    assert any(
        "commas separate directories, not colons" in notice
        for notice in read(viewer, "/").notices
    )


def test_what_a_message_sets_in_backticks_is_code_wherever_it_stands(
    viewer: Client, site: Site
) -> None:
    site.write(b"mail.py = failed-job-self\nwords\n")
    for address in (reverse("overview"), reverse("callbacks"), "/configuration/0/"):
        page = read(viewer, address)
        assert "this line has no =" in page.text
        assert "=" in [code.get_text() for code in page.select("code")]
        assert "`" not in page.text
