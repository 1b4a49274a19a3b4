"""When each process lived and when it was silent is kept, with its version."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from dashboard.models import KeptSince, ProcessSpan
from dashboard.models.history import PROCESSES, kept_since
from dashboard.service.housekeeping import Housekeeping
from dashboard.store.processes.spans import (
    PATIENCE,
    Span,
    process_name,
    silences,
    spans_between,
)
from dashboard.store.runs import pruning
from dashboard.store.runs.pruning import Retention, prune
from qubecb import __version__
from tests.dashboard.store.site import Site

MIGRATION: Any = import_module("dashboard.migrations.0014_process_spans")


class Clock:
    """Seconds since the machine was started."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def span(db: None, clock: Clock) -> Span:
    return Span("host:1:1", "work", clock)


def lived(kind: str, *stretches: tuple[int, int], start: datetime) -> None:
    for begun, last in stretches:
        ProcessSpan.objects.create(
            process=f"host:{begun}:1",
            kind=kind,
            host="host",
            pid=begun,
            version="1",
            started_at=start + timedelta(seconds=begun),
            last_at=start + timedelta(seconds=last),
        )


def test_signs_without_a_silence_are_one_stretch(span: Span, clock: Clock) -> None:
    for _ in range(3):
        span.sign()
        clock.now += PATIENCE
    [kept] = ProcessSpan.objects.all()
    assert (kept.process, kept.kind, kept.version) == ("host:1:1", "work", __version__)
    assert kept.started_at < kept.last_at
    assert kept.ended_at is None


def test_a_process_that_was_silent_lives_anew(span: Span, clock: Clock) -> None:
    span.sign()
    clock.now += PATIENCE + 0.1
    span.sign()
    clock.now += 1
    span.sign()
    first, second = ProcessSpan.objects.order_by("id")
    assert first.process == second.process
    assert first.last_at < second.started_at < second.last_at


def test_a_clock_that_is_set_forward_is_no_silence(span: Span) -> None:
    span.sign()
    past = timezone.now() - timedelta(days=1)
    ProcessSpan.objects.update(started_at=past, last_at=past)
    span.sign()
    assert ProcessSpan.objects.count() == 1


def test_a_clock_that_is_set_back_leaves_no_stretch_that_ends_before_it_begins(
    span: Span, monkeypatch: pytest.MonkeyPatch
) -> None:
    span.sign()
    now = timezone.now()
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now - timedelta(hours=1))
        span.sign()
    assert all(each.started_at <= each.last_at for each in ProcessSpan.objects.all())
    assert ProcessSpan.objects.count() == 2


def test_a_process_that_ends_says_so(span: Span) -> None:
    span.sign()
    span.end()
    [kept] = ProcessSpan.objects.all()
    assert kept.ended_at == kept.last_at


def test_a_stretch_that_was_pruned_meanwhile_begins_anew(span: Span) -> None:
    span.sign()
    ProcessSpan.objects.all().delete()
    span.sign()
    assert ProcessSpan.objects.count() == 1


def test_work_is_noted_with_each_sign_of_life(site: Site) -> None:
    house = Housekeeping("farm:1:1", site.store, dict)
    house.stop()
    house.turn()
    assert ProcessSpan.objects.get().kind == "work"
    house.end()
    assert ProcessSpan.objects.get().ended_at is not None


def test_silences_are_what_no_process_of_a_kind_lived_through(db: None) -> None:
    start = timezone.now()
    lived("work", (10, 100), (103, 200), (150, 160), (300, 400), start=start)
    lived("web", (200, 300), start=start)

    def seconds(since: int, until: int) -> list[tuple[int, int]]:
        ends = (start + timedelta(seconds=each) for each in (since, until))
        found = silences("work", *ends)
        return [(after(begun), after(ended)) for begun, ended in found]

    def after(moment: datetime) -> int:
        return round((moment - start).total_seconds())

    assert seconds(0, 500) == [(0, 10), (200, 300), (400, 500)]
    assert seconds(50, 150) == []
    assert seconds(205, 403) == [(205, 300)]
    assert seconds(600, 700) == [(600, 700)]


def test_spans_are_found_by_when_they_were(db: None) -> None:
    start = timezone.now()
    lived("work", (0, 10), (20, 30), (40, 50), start=start)
    found = spans_between(start + timedelta(seconds=10), start + timedelta(seconds=35))
    assert [each.pid for each in found] == [0, 20]


def test_spans_are_kept_as_long_as_runs_and_no_more_than_so_many(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    lived("work", (0, 10), start=now - timedelta(days=91))
    lived("work", (0, 9_000_000), start=now - timedelta(days=104))
    lived("work", (1, 10), (20, 30), (40, 50), start=now)
    monkeypatch.setattr(pruning, "MOST_SPANS", 3)
    assert prune(Retention(days=90))["process spans"] == 2
    assert [each.pid for each in ProcessSpan.objects.order_by("id")] == [1, 20, 40]


def test_an_old_database_says_since_when_it_knows(db: None) -> None:
    KeptSince.objects.all().delete()
    MIGRATION.begin(apps, SimpleNamespace(connection=connection))
    assert kept_since(PROCESSES) is not None


def test_the_name_of_a_process_is_its_own_even_among_copies_of_a_machine() -> None:
    first, second = process_name(), process_name()
    assert first != second
    assert len(first) <= 100
