"""What an event makes of a stored job, item and instance."""

from __future__ import annotations

from typing import Any

import pytest

from qubecb.events import Event, parse_event
from qubecb.jobs import Job, after_event, item_after_event, record_after_event


def event(
    name: str, kind: str = "job", extra: str | None = None, /, **job: Any
) -> Event:
    sent = {"name": name, "type": kind, "extra": extra, "job": {"id": 5, **job}}
    return parse_event(sent, 1000.9)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("submit", "", "pending"),
        ("complete", "running", "complete"),
        ("failed", "running", "failed"),
        ("killed", "running", "killed"),
        ("done", "running", "complete"),
        ("done", "failed", "failed"),
        ("done", "killed", "killed"),
        ("blocked", "running", "blocked"),
        ("unblock", "blocked", "pending"),
        ("running", "pending", "running"),
        ("waiting", "pending", "waiting"),
        ("assigned", "pending", "running"),
        ("modified", "running", "running"),
        ("removed", "failed", "failed"),
        ("published", "running", "running"),
    ],
)
def test_the_status_is_what_the_events_name_means(
    name: str, before: str, after: str
) -> None:
    assert after_event(Job(5, status=before), event(name)).status == after


def test_the_status_that_the_event_brings_counts_first() -> None:
    told = event("submit", status="blocked")
    assert after_event(None, told).status == "blocked"


def test_an_event_about_an_item_leaves_the_jobs_status() -> None:
    stored = Job(5, status="running")
    assert after_event(stored, event("failed", "work", "7")).status == "running"
    told = event("failed", "work", "7", status="failed")
    assert after_event(stored, told).status == "failed"


def test_fields_merge_and_what_is_left_out_stays() -> None:
    first = after_event(
        None, event("submit", name="shot", pgrp=3, label="render", cpus=4, user="jo")
    )
    later = after_event(first, event("running", priority=10))
    assert (later.name, later.pgrp, later.label, later.user) == (
        "shot",
        3,
        "render",
        "jo",
    )
    assert (later.fields["cpus"], later.fields["priority"]) == (4, 10)


def test_times_are_the_events_where_the_source_gave_none() -> None:
    job = after_event(None, event("submit"))
    job = after_event(job, event("complete", timecomplete=77))
    assert job.fields["timesubmit"] == 1000
    assert job.fields["timecomplete"] == 77
    assert job.fields["lastupdate"] == 1000


def test_an_item_event_changes_the_item() -> None:
    agenda = [{"name": "7", "host": "r1", "pid": 5}, {"name": "8"}]
    change = item_after_event(event("failed", "work", "7", agenda=agenda))
    assert change is not None
    assert (change.type, change.key, change.status) == ("work", "7", "failed")
    assert dict(change.fields) == {"host": "r1"}


def test_a_status_in_the_agenda_counts_before_the_name() -> None:
    agenda = [{"name": "7", "status": "blocked"}]
    change = item_after_event(event("failed", "work", "7", agenda=agenda))
    assert change is not None
    assert change.status == "blocked"


@pytest.mark.parametrize("odd", [5, None, True, {"a": 1}, [1], ""])
@pytest.mark.parametrize(
    ("kind", "parts", "key"), [("work", "agenda", "name"), ("subjob", "subjobs", "id")]
)
def test_a_status_that_is_no_text_is_as_none(
    odd: object, kind: str, parts: str, key: str
) -> None:
    told = {parts: [{key: 7, "status": odd}]}
    change = item_after_event(event("failed", kind, "7", **told))
    assert change is not None
    assert change.status == "failed"


def test_an_event_that_means_no_status_says_none() -> None:
    change = item_after_event(event("timeout", "subjob", "0"))
    assert change is not None
    assert change.status is None


@pytest.mark.parametrize(("kind", "extra"), [("job", None), ("host", "r1")])
def test_jobs_and_hosts_change_no_item(kind: str, extra: str | None) -> None:
    assert item_after_event(event("running", kind, extra)) is None


def test_a_record_takes_agenda_item_and_instance() -> None:
    agenda = [{"name": "1", "status": "pending"}, {"name": "2", "status": "pending"}]
    record = record_after_event(None, event("submit", agenda=agenda))
    record = record_after_event(record, event("running", "work", "2"))
    record = record_after_event(record, event("running", "subjob", "0"))
    record = record_after_event(record, event("failed", "work", "3"))
    assert [(item.name, item.status) for item in record.items] == [
        ("1", "pending"),
        ("2", "running"),
        ("3", "failed"),
    ]
    assert [(one.id, one.status) for one in record.instances] == [(0, "running")]
    assert "agenda" not in record.job.fields


def test_a_submission_is_that_of_a_new_job_with_items_and_instances_of_its_own() -> (
    None
):
    record = record_after_event(
        None,
        event("submit", user="jo", agenda=[{"name": "1"}], subjobs=[{"id": 0}]),
    )
    record = record_after_event(record, event("submit", agenda=[{"name": "2"}]))
    assert [item.name for item in record.items] == ["2"]
    assert (record.instances, record.job.user) == ((), "")


def test_what_is_known_of_an_item_stays() -> None:
    first = [{"name": "1", "status": "running", "host": "r1"}]
    record = record_after_event(None, event("submit", agenda=first))
    record = record_after_event(
        record, event("running", agenda=[{"name": "1", "count": 2}])
    )
    assert record.items[0].status == "running"
    assert dict(record.items[0].fields) == {"host": "r1", "count": 2}
