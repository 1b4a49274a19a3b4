"""The embedded farm: what callbacks read of jobs, and what their actions change and cause."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import EventRecord, JobItem, JobRecord
from dashboard.store.farm import EmbeddedFarm
from qubecb.errors import BadTarget, CascadeTooDeep
from qubecb.runner.farm.port import JobQuery
from tests.dashboard.store.site import Site

FARM = EmbeddedFarm(depth=2, caused_by=11)


def agenda(*statuses: str) -> list[dict[str, str]]:
    return [
        {"name": str(number), "status": status}
        for number, status in enumerate(statuses, 1)
    ]


def test_a_job_is_kept_from_its_events(site: Site) -> None:
    site.send("submit-job", job=7, name="shot", prod_shot="sea010")
    site.send("running-job", job=7, user="jo")
    [info] = FARM.jobinfo(JobQuery(id=(7,)))
    assert (info["name"], info["user"], info["status"]) == ("shot", "jo", "running")
    assert info["prod_shot"] == "sea010"


def test_items_are_kept_in_the_order_of_the_agenda(site: Site) -> None:
    site.send("submit-job", job=7, agenda=agenda("pending", "pending"))
    site.send("complete-work-2", job=7)
    [info] = FARM.jobinfo(JobQuery(id=(7,)))
    items = [(item["name"], item["status"]) for item in info["agenda"]]
    assert items == [("1", "pending"), ("2", "complete")]
    assert "agenda" not in JobRecord.objects.get().fields


def test_a_job_submitted_again_has_nothing_of_the_one_before(site: Site) -> None:
    parts = {"agenda": agenda("pending"), "subjobs": [{"id": 0}]}
    site.send("submit-job", job=7, user="jo", mailaddress="jo@farm", **parts)
    site.send("running-job", job=7)
    site.send("complete-job", job=7)
    site.send("submit-job", job=7, name="new")
    [again] = FARM.jobinfo(JobQuery(id=(7,)))
    site.send("submit-job", job=8, name="new")
    [fresh] = FARM.jobinfo(JobQuery(id=(8,)))
    times = ("timesubmit", "lastupdate")
    own = {"id": 8, "pgrp": 8, **{name: fresh[name] for name in times}}
    assert {**again, **own} == fresh


def test_jobs_are_found_by_any_pair(site: Site) -> None:
    site.send("submit-job", job=7, pgrp=7, label="ribgen", cluster="/a")
    site.send("submit-job", job=8, pgrp=7, label="render", cluster="/b")
    assert [job["id"] for job in FARM.jobinfo(JobQuery(pgrp=(7,)))] == [7, 8]
    assert [job["id"] for job in FARM.jobinfo(JobQuery(label=("render",)))] == [8]
    assert [job["id"] for job in FARM.jobinfo(JobQuery(cluster=("/a",)))] == [7]


def test_a_verb_changes_the_stored_job_and_sends_its_event(site: Site) -> None:
    site.send("running-job", job=7, agenda=agenda("running"))
    assert FARM.act("kill", ["7"], {}) == ["7.0"]
    assert JobRecord.objects.get().status == "killed"
    assert JobItem.objects.get().status == "killed"
    caused = EventRecord.objects.latest("sequence")
    assert (caused.spec, caused.source) == ("killed-job", "farm")
    assert (caused.depth, caused.caused_by) == (3, 11)


def test_a_verb_on_a_job_in_no_state_for_it_changes_nothing(site: Site) -> None:
    site.send("complete-job", job=7)
    assert FARM.act("kill", ["7"], {}) == []
    assert EventRecord.objects.count() == 1


def test_the_job_of_a_caused_event_is_as_the_verb_left_it(site: Site) -> None:
    site.write("a.py = killed-job-self\n")
    site.send("running-job", job=7, name="shot")
    FARM.act("kill", ["7"], {})
    site.dispatcher.step()
    [order] = site.claim()
    assert (order.job.status, order.depth) == ("killed", 3)


def test_a_removed_job_is_there_until_its_callbacks_have_run(site: Site) -> None:
    site.write("a.py = removed-job-self\n")
    site.send("complete-job", job=7)
    assert FARM.act("remove", ["7"], {}) == [7]
    site.dispatcher.step()
    assert JobRecord.objects.get().removed
    assert FARM.jobinfo(JobQuery(id=(7,)))
    assert not FARM.jobinfo(JobQuery())


def test_a_removed_job_is_gone_afterwards(site: Site) -> None:
    site.send("complete-job", job=7)
    FARM.act("remove", ["7"], {})
    site.dispatcher.step()
    assert not FARM.jobinfo(JobQuery(id=(7,)))


def test_a_chain_that_is_too_deep_stops_before_anything_is_changed(site: Site) -> None:
    site.send("running-job", job=7)
    with pytest.raises(CascadeTooDeep):
        EmbeddedFarm(depth=16).act("kill", ["7"], {})
    assert JobRecord.objects.get().status == "running"


def test_one_bad_target_refuses_the_whole_call(site: Site) -> None:
    site.send("running-job", job=7)
    with pytest.raises(BadTarget):
        FARM.act("kill", ["7", "0"], {})
    assert JobRecord.objects.get().status == "running"


def test_jobinfo_costs_as_many_queries_for_three_jobs_as_for_one(
    site: Site,
) -> None:
    counts = []
    for jobs in ((7,), (8, 9)):
        for job in jobs:
            site.send("submit-job", job=job, pgrp=7, agenda=agenda("pending"))
        with CaptureQueriesContext(connection) as queries:
            FARM.jobinfo(JobQuery(pgrp=(7,)))
        counts.append(len(queries))
    assert counts[0] == counts[1]
