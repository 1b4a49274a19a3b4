"""Every page of overview, runs, events, jobs and search, looked at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dashboard.models import Run
from tests.browser.conftest import WIDTHS, Look, Visit, fits
from tests.dashboard import factories

TRACEBACK = {
    "type": "OperationalError",
    "message": "database is locked",
    "frames": [
        {
            "file": "/studio/callback/mail.py",
            "line": 7,
            "function": "main",
            "code": "connection.execute('INSERT INTO failures VALUES (?)', (job['id'],))",
        }
    ],
    "locals": {"job": "{'id': 5042, 'name': 'shot_010'}"},
}


@pytest.fixture
def failed(transactional_db: None) -> Run:
    """A small farm with something of everything; gives a run that failed."""
    now = timezone.now()
    factories.heartbeat()
    for hour in range(24):
        few = {"crashed": 1, "timed_out": 1, "lost": 1, "cancelled": 1, "suppressed": 1}
        factories.roll_up(hour, succeeded=9 + hour, failed=hour % 3, **few)
    for identity in (5040, 5042):
        factories.job(identity, pgrp=5040, fields={"priority": 100})
    factories.event(remark="attached to 1,204 jobs: this event alone queues 1,204 runs")
    factories.pause(file="slow.py")
    factories.pause(author="ana")
    states = ("queued", "running", "succeeded", "lost", "suppressed")
    for minutes, state in enumerate(states, 1):
        factories.run(state=state, queued_at=now - timedelta(minutes=minutes))
    factories.run(state="failed", settled="made-good", settled_by="7", settled_at=now)
    dismissed = {"settled_by": "ana", "settled_reason": "the shot was cut"}
    factories.run(state="crashed", settled="dismissed", settled_at=now, **dismissed)
    factories.run(state="lost", settled="before-upgrade")
    run = factories.run(
        state="failed",
        reason="raised OperationalError",
        signature="OperationalError: database is locked",
        last_line="sqlite3.OperationalError: database is locked",
        exit=1,
        traceback=TRACEBACK,
        actions=[{"verb": "unblock", "targets": ["5042"], "applied": ["5042.0"]}],
        job_then={"id": 5042, "name": "shot_010"},
    )
    factories.output(run, b"connecting\n" * 8 + b"database is locked\n")
    return run


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("overview", "/"),
        ("runs", "/runs/"),
        ("runs-by-kind", "/runs/?group=signature"),
        ("runs-filtered", "/runs/?signature=nothing&state=lost"),
        ("runs-malformed", "/runs/?job=x"),
        ("runs-replay", "/runs/replay/?state=failed"),
        ("runs-dismiss", "/runs/replay/"),
        ("events", "/events/"),
        ("job", "/jobs/5042/"),
        ("search", "/search/?q=shot"),
        ("search-trigger", "/search/?q=failed-work-self-*"),
        ("not-found", "/runs/77777/"),
    ],
)
def test_a_page_is_usable_by_everybody(
    look: Look, failed: Run, name: str, path: str
) -> None:
    look(name, path)


def test_a_page_that_needs_a_right_is_usable_by_everybody(
    look: Look, failed: Run
) -> None:
    look("forbidden", "/settings/users/", "viewer")


def test_a_runs_page_is_usable_by_everybody(look: Look, failed: Run) -> None:
    look("run", reverse("run", args=[failed.pk]))


def test_a_live_runs_page_is_usable_by_everybody(look: Look, failed: Run) -> None:
    running = Run.objects.get(state="running")
    look("run-live", reverse("run", args=[running.pk]))


def test_a_suppressed_runs_page_is_usable_by_everybody(look: Look, failed: Run) -> None:
    look(
        "run-suppressed", reverse("run", args=[Run.objects.get(state="suppressed").pk])
    )


@pytest.mark.parametrize("settled", ["made-good", "dismissed", "before-upgrade"])
def test_a_settled_runs_page_is_usable_by_everybody(
    look: Look, failed: Run, settled: str
) -> None:
    run = Run.objects.get(settled=settled)
    look(f"run-{settled}", reverse("run", args=[run.pk]))


def test_an_events_page_is_usable_by_everybody(look: Look, failed: Run) -> None:
    look("event", reverse("event", args=[failed.event]))


def test_output_that_is_followed_is_usable_by_everybody(
    look: Look, failed: Run, data: Path
) -> None:
    running = Run.objects.get(state="running")
    file = data / "scratch" / "output" / str(running.pk)
    file.parent.mkdir(parents=True)
    file.write_text("connecting to render-db.example.com\n" * 5)
    look("run-following", reverse("run", args=[running.pk]))


def test_a_search_that_finds_nothing_is_usable_by_everybody(
    look: Look, failed: Run
) -> None:
    look("search-nothing", "/search/?q=nothing+is+called+so")


@pytest.mark.parametrize("path", ["/", "/runs/", "/events/", "/triggers/"])
def test_an_empty_page_is_usable_by_everybody(look: Look, path: str) -> None:
    factories.heartbeat()
    look(f"empty-{path.strip('/') or 'overview'}", path)


@pytest.mark.parametrize(
    "path", ["/", "/runs/", "/runs/?group=signature", "/jobs/5042/", "/runs/{}/"]
)
@pytest.mark.parametrize(
    "long", ["w" * 400, "<img src=x onerror=alert(1)>" * 9], ids=["word", "html"]
)
def test_long_values_stay_in_their_page(
    visit: Visit, transactional_db: None, path: str, long: str
) -> None:
    factories.job(5042, name=long[:200], user=long[:60], fields={"prod_shot": long})
    factories.roll_up(0, failed=4, file=f"{long[:200].replace('/', '')}.py")
    file = f"{long[:200].replace('/', '')}.py"
    said = {"reason": long, "last_line": long[:300], "signature": long[:200]}
    run = factories.run(state="failed", file=file, job_name=long[:200], **said)
    page = visit(path.format(run.pk), "administrator")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        fits(page, path)


@pytest.mark.parametrize(
    ("path", "cell"),
    [
        ("/runs/", "tbody td.line span"),
        ("/", "td.two-lines .said span[title]"),
        ("/runs/{}/", "td.line span"),
        ("/runs/?group=signature", "td .second span"),
    ],
)
def test_what_a_run_said_is_shown_as_far_as_there_is_room(
    visit: Visit, transactional_db: None, path: str, cell: str
) -> None:
    long = "the texture of shot 010 could not be read because " * 6
    said = {"reason": long, "signature": "cannot be read", "last_line": long}
    factories.run(state="failed", **said)
    page = visit(path.format(factories.run(state="failed", **said).pk))
    shown = page.locator(cell, has_text="the texture").first
    expect(shown).to_have_text(long.strip())
    page.set_viewport_size({"width": 2560, "height": 900})
    wide = shown.evaluate("(one) => one.closest('td').clientWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert shown.evaluate("(one) => one.closest('td').clientWidth") < wide
    fits(page, path)
