"""A simulated run sees the farm as it would be after its event, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.models import EventRecord, JobItem, JobRecord
from dashboard.store.farm.simulated import farm_beside, simulated_farm
from qubecb.events import Event, parse_event
from qubecb.jobs import Job
from qubecb.runner.farm.port import JobQuery
from qubecb.runner.order import Order
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


def order(event: Event, attached: Job | None = None) -> Order:
    """A simulation of an event, for its own job unless said otherwise."""
    job = attached or event.job
    return Order("1", Path("/x"), "a.py", event, job, test=True, simulate=True)


def failed_item(job: int = 5042) -> Event:
    """`failed-work-7`."""
    sent = {"name": "failed", "type": "work", "extra": "7", "job": {"id": job}}
    return parse_event(sent, 1764000000.0)


def test_a_job_that_somebody_made_up_is_found() -> None:
    farm = simulated_farm(order(failed_item()))
    (info,) = farm.jobinfo(JobQuery(id=(5042,)))
    assert info["id"] == 5042
    assert [(item["name"], item["status"]) for item in info["agenda"]] == [
        ("7", "failed")
    ]


def test_a_stored_job_is_seen_as_it_would_be() -> None:
    factories.job(5042, status="running")
    event = parse_event({"name": "failed", "type": "job", "job": {"id": 5042}}, 0.0)
    (info,) = simulated_farm(order(event)).jobinfo(JobQuery(id=(5042,)))
    assert (info["status"], info["name"]) == ("failed", "shot_010")
    assert JobRecord.objects.get().status == "running"


def test_a_query_follows_what_would_be() -> None:
    factories.job(5042, status="running")
    factories.job(5043, status="running")
    event = parse_event({"name": "failed", "type": "job", "job": {"id": 5042}}, 0.0)
    farm = simulated_farm(order(event))
    assert [info["id"] for info in farm.jobinfo(JobQuery(status=("running",)))] == [
        5043
    ]
    assert [info["id"] for info in farm.jobinfo(JobQuery())] == [5042, 5043]


def test_the_attached_job_is_found_too() -> None:
    farm = simulated_farm(order(failed_item(), Job(6000, pid=5042)))
    found = farm.jobinfo(JobQuery(pid=(5042,)))
    assert [info["id"] for info in found] == [6000]


def test_a_live_test_of_one_mapping_finds_a_job_that_somebody_made_up() -> None:
    (info,) = farm_beside(order(failed_item())).jobinfo(JobQuery(id=(5042,)))
    assert [item["status"] for item in info["agenda"]] == ["failed"]
    assert not JobRecord.objects.exists()


def test_a_live_test_of_one_mapping_sees_stored_jobs_as_they_are() -> None:
    factories.job(5042, status="running")
    event = parse_event({"name": "failed", "type": "job", "job": {"id": 5042}}, 0.0)
    (info,) = farm_beside(order(event)).jobinfo(JobQuery(id=(5042,)))
    assert (info["status"], info["name"]) == ("running", "shot_010")


def test_an_action_says_what_it_would_have_changed() -> None:
    farm = simulated_farm(order(failed_item()))
    assert farm.act("retrywork", ["5042:7"], {}) == ["5042:7"]
    assert not JobItem.objects.exists()
    assert not EventRecord.objects.exists()
