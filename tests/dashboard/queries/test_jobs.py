"""One job's history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.models import JobItem
from dashboard.queries import jobs as queries
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


def test_events_and_runs_stand_in_one_timeline_newest_first() -> None:
    now = timezone.now()
    first = factories.event(accepted_at=now - timedelta(minutes=2))
    run = factories.run(of=first, queued_at=first.accepted_at)
    last = factories.event(accepted_at=now)
    found = queries.history(5042).timeline
    assert [each.event or each.run for each in found] == [last, run, first]


def test_a_timeline_says_when_there_is_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SHOWN", 2)
    for _ in range(3):
        factories.event()
    found = queries.history(5042)
    assert (len(found.timeline), found.more_events, found.more_runs) == (2, True, False)


def test_the_process_group_holds_the_job_and_its_siblings() -> None:
    job = factories.job(5042, pgrp=5040)
    sibling = factories.job(5040, pgrp=5040, label="parent")
    factories.job(6000, pgrp=6000)
    assert queries.group_of(job) == [sibling, job]


def test_items_are_counted_by_status() -> None:
    job = factories.job()
    for name, status in (("1", "complete"), ("2", "failed"), ("3", "complete")):
        JobItem.objects.create(job=job, kind="work", name=name, status=status)
    assert queries.item_counts(job) == [("work", "complete", 2), ("work", "failed", 1)]
