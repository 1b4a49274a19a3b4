"""The embedded farm: what callbacks read of jobs, and what their actions change and cause."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import EventRecord, JobItem, JobRecord
from dashboard.store.farm import embedded as farm
from dashboard.store.farm.embedded import EmbeddedFarm
from dashboard.store.intake.acceptance import accept
from dashboard.store.jobs import asked
from qubecb.errors import BadTarget, CascadeTooDeep, FarmError
from qubecb.events import parse_event
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


def test_a_verb_is_seen_at_once_and_stored_with_its_event(site: Site) -> None:
    site.send("running-job", job=7, agenda=agenda("running"))
    assert FARM.act("kill", ["7"], {}) == ["7.0"]
    [info] = FARM.jobinfo(JobQuery(id=(7,)))
    assert (info["status"], info["agenda"][0]["status"]) == ("killed", "killed")
    caused = EventRecord.objects.latest("sequence")
    assert (caused.spec, caused.source) == ("killed-job", "farm")
    assert (caused.depth, caused.caused_by) == (3, 11)
    site.dispatcher.step()
    assert JobRecord.objects.get().status == "killed"
    assert JobItem.objects.get().status == "killed"


def test_the_event_of_a_verb_tells_the_id_and_what_the_verb_changes(site: Site) -> None:
    site.send("running-job", job=7, name="shot", user="jo", agenda=agenda("running"))
    FARM.act("modify", ["7"], {"priority": 5, "name": "shot"})
    FARM.act("killwork", ["7:1"], {})
    FARM.act("kill", ["7"], {})
    told = EventRecord.objects.filter(source="farm").order_by("sequence")
    assert [(each.spec, each.job) for each in told] == [
        ("modified-job", {"id": 7, "priority": 5}),
        ("killed-work-1", {"id": 7}),
        ("killed-job", {"id": 7, "status": "killed"}),
    ]


def test_a_verb_that_means_no_event_is_a_record_without_one(site: Site) -> None:
    site.send("failed-job", job=7, agenda=agenda("failed", "failed"))
    assert FARM.act("retrywork", ["7:2", "7:1"], {}) == ["7:2", "7:1"]
    assert FARM.act("retry", ["7"], {}) == ["7.0"]
    assert FARM.act("shove", ["7"], {}) == ["7"]
    silent = EventRecord.objects.filter(source="farm").order_by("sequence")
    assert [(each.name, each.type, each.spec) for each in silent] == [
        ("", "", verb) for verb in ("retrywork", "retry", "shove")
    ]
    assert EventRecord.events.count() == 1
    site.dispatcher.step()
    assert JobRecord.objects.get().status == "pending"


def test_a_verb_that_changes_nothing_is_no_record(site: Site) -> None:
    site.send("running-job", job=7, priority=5)
    assert FARM.act("modify", ["7"], {"priority": 5}) == [7]
    assert EventRecord.objects.count() == 1


def test_each_verb_sees_what_the_one_before_did(site: Site) -> None:
    site.send("blocked-job", job=7, agenda=agenda("blocked", "blocked"))
    assert FARM.act("unblockwork", ["7:1"], {}) == ["7:1"]
    assert FARM.act("unblockwork", ["7:1"], {}) == []
    assert FARM.act("unblock", ["7"], {}) == ["7.0"]
    assert FARM.act("unblock", ["7"], {}) == []
    [info] = FARM.jobinfo(JobQuery(id=(7,)))
    assert [item["status"] for item in info["agenda"]] == ["pending", "blocked"]


def test_a_job_can_be_asked_for_and_acted_on_before_its_submission_is_planned(
    site: Site,
) -> None:
    submitted = {"name": "submit", "type": "job", "job": {"id": 7, "pgrp": 3}}
    accept([parse_event(submitted, 1.0)], source="api")
    assert [job["id"] for job in FARM.jobinfo(JobQuery(pgrp=(3,)))] == [7]
    assert FARM.act("kill", ["7"], {}) == ["7.0"]
    site.dispatcher.step()
    assert JobRecord.objects.get().status == "killed"


def test_a_search_finds_jobs_by_what_is_told_and_not_planned_yet(site: Site) -> None:
    site.send("submit-job", job=7, label="a")
    site.send("submit-job", job=8, label="b")
    moved = {"name": "x", "type": "job", "job": {"id": 7, "label": "b"}}
    accept([parse_event(moved, 1.0)], source="api")
    assert [job["id"] for job in FARM.jobinfo(JobQuery(label=("b",)))] == [7, 8]
    assert FARM.jobinfo(JobQuery(label=("a",))) == []


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


def test_a_job_that_is_to_be_removed_is_found_by_id_and_takes_no_verb(
    site: Site,
) -> None:
    site.send("complete-job", job=7)
    assert FARM.act("remove", ["7"], {}) == [7]
    assert FARM.act("remove", ["7"], {}) == []
    assert [job["id"] for job in FARM.jobinfo(JobQuery(id=(7,)))] == [7]
    assert FARM.jobinfo(JobQuery()) == []


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


def test_jobinfo_costs_as_many_queries_for_five_jobs_as_for_two(
    site: Site,
) -> None:
    counts = []
    for jobs in ((7, 8), (9, 10, 11)):
        for job in jobs:
            site.send("submit-job", job=job, pgrp=7, agenda=agenda("pending"))
        with CaptureQueriesContext(connection) as queries:
            FARM.jobinfo(JobQuery(pgrp=(7,)))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_more_jobs_than_one_answer_holds_are_refused_with_what_to_ask(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limits in ((asked, "MOST_JOBS"), (farm, "MOST_JOBS")):
        monkeypatch.setattr(*limits, 2)
    for job in (7, 8, 9):
        site.send("submit-job", job=job, label=f"of{job}", cluster="/a")
    for query in (JobQuery(), JobQuery(cluster=("/a",)), JobQuery(id=(7, 8, 9))):
        with pytest.raises(
            FarmError, match="more than 2; ask for fewer, with -id, -pgrp"
        ):
            FARM.jobinfo(query)
    assert len(FARM.jobinfo(JobQuery(label=("of7", "of8")))) == 2


@pytest.mark.parametrize(
    ("name", "told"), [("MOST_PARTS", "items"), ("LARGEST", "fields")]
)
def test_jobs_with_too_much_in_them_are_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    monkeypatch.setattr(asked, name, 3)
    site.send("submit-job", job=7, agenda=agenda("pending", "pending"), show="x")
    site.send("submit-job", job=8, agenda=agenda("pending", "pending"), show="x")
    with pytest.raises(FarmError, match=told):
        FARM.jobinfo(JobQuery(id=(7, 8)))
    assert FARM.jobinfo(JobQuery(id=(7,)))


def test_as_many_jobs_as_are_named_are_found_whatever_the_number(site: Site) -> None:
    site.send("submit-job", job=7)
    ids = tuple(range(7, 7 + 6000))
    assert [job["id"] for job in FARM.jobinfo(JobQuery(id=ids))] == [7]
