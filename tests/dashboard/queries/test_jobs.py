"""One job's history."""

from __future__ import annotations

import pytest

from dashboard.models import JobItem
from dashboard.queries import jobs as queries
from dashboard.store.configuration.bindings import put_in_force
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


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


def test_a_job_tells_which_revisions_it_is_bound_to() -> None:
    first = factories.revision([], number=3)
    binding = put_in_force([first.pk])
    job = factories.job(binding_id=binding.binding)
    found = queries.bound_to(job)
    assert ([each.number for each in found.revisions], found.current) == ([3], True)
    put_in_force([factories.revision([], number=4).pk])
    found = queries.bound_to(job)
    assert ([each.number for each in found.revisions], found.current) == ([3], False)


def test_a_job_that_was_not_submitted_here_is_bound_to_nothing() -> None:
    assert queries.bound_to(factories.job()).revisions == []
