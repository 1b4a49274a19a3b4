"""The overview, and the pulse on every page."""

from __future__ import annotations

import re
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
from tests.dashboard.sites import Site

HTMX = {"HX-Request": "true"}


def test_it_says_that_nothing_works_and_what_to_do(viewer: Client) -> None:
    page = viewer.get(reverse("overview")).content.decode()
    assert "Nothing is dispatched and nothing runs" in page
    assert "bin/up" in page


def test_it_says_that_the_service_works(viewer: Client) -> None:
    factories.heartbeat()
    page = viewer.get(reverse("overview")).content.decode()
    assert "Nothing is dispatched" not in page
    assert "Working" in page


def test_it_says_what_a_process_says_of_itself(viewer: Client) -> None:
    details = {
        "trouble": {"dispatcher": "the disk is full"},
        "remarks": ["each Python callback starts a new interpreter: no fork"],
    }
    factories.heartbeat(details=details)
    page = viewer.get(reverse("overview")).content.decode()
    assert "The dispatcher on farm" in page
    assert "the disk is full" in page
    assert "each Python callback starts a new interpreter" in page


def test_what_the_dead_said_is_no_longer_said(viewer: Client) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    factories.heartbeat(beat_at=long_ago, details={"remarks": ["no fork"]})
    assert "no fork" not in viewer.get(reverse("overview")).content.decode()


def test_failures_are_shown_with_what_they_said_last(viewer: Client) -> None:
    run = factories.run(state="failed", last_line="database is locked")
    page = viewer.get(reverse("overview")).content.decode()
    assert "database is locked" in page
    assert reverse("run", args=[run.pk]) in page


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
    page = viewer.get(reverse("overview")).content.decode()
    assert "Everything is paused" in page
    assert "moving the farm" in page


def test_htmx_gets_the_live_part_without_the_frame(viewer: Client) -> None:
    answer = viewer.get(reverse("overview"), headers=HTMX)
    assert b"<html" not in answer.content
    assert b'id="live"' in answer.content
    assert "HX-Request" in answer["Vary"]


def test_the_pulse_counts_and_leads_to_what_it_counts(viewer: Client) -> None:
    factories.run(state="failed")
    factories.run(state="running")
    page = viewer.get(reverse("pulse")).content.decode()
    assert "?state=running" in page
    assert "is-bad" in page
    assert "every 2s" in page


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
    page = viewer.get(reverse("overview")).content.decode()
    first = page.index("The configuration has ")
    assert first < page.index("Runs of the last 24 hours")
    assert "tone-amber" in page[page.index("Service</span>") :][:200]


def test_a_path_with_colons_says_that_commas_separate(
    viewer: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_CALLBACK_PATH": f"{tmp_path}:/studio"})
    page = viewer.get(reverse("overview")).content.decode()
    assert "commas separate directories, not colons" in page


def test_what_a_message_sets_in_backticks_is_code_wherever_it_stands(
    viewer: Client, site: Site
) -> None:
    site.write(b"mail.py = failed-job-self\nwords\n")
    for address in (reverse("overview"), reverse("callbacks"), "/configuration/0/"):
        page = viewer.get(address, follow=True).content.decode()
        main = page.partition("<main")[2]
        assert "this line has no <code>=</code>" in main
        assert "`" not in re.sub(r'(?s)<textarea.*?</textarea>|"[^"]*"', "", main)
