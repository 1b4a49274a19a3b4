"""Jobs whose ids are text are stored, judged, run and acted on as jobs with numbers are."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from dashboard.models import EventRecord, JobItem, JobRecord, Run, TextId
from dashboard.models.job_ids import key_of
from dashboard.store.configuration.checking import checked
from dashboard.store.farm.embedded import EmbeddedFarm
from dashboard.store.intake.acceptance import accept
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.job_ids import ids_of, keep
from dashboard.store.runs.pruning import Retention, prune
from qubecb.errors import InvalidEvent
from qubecb.events import parse_event
from qubecb.runner.farm.arguments import parse_pairs
from tests.dashboard.store.site import Site

UUID = "550e8400-e29b-41d4-a716-446655440000"
#: Of 1 and of 200 characters, one that SQLite would take for a number, one that hides a label.
IDS = ("a", "x" * 200, "1e5", UUID, "render", "-0x1", 7)


def test_ids_in_every_column_are_given_back_as_they_were_told(site: Site) -> None:
    site.write("a.py = failed-job-self\n")
    for job in IDS:
        site.send("failed-job", job, pid="par-1", pgrp="grp-1")
    assert [e.job_id for e in EventRecord.objects.order_by("sequence")] == [*IDS]
    known: Any = {*JobRecord.objects.values_list("pk", "pid", "pgrp")}
    assert known == {(job, "par-1", "grp-1") for job in IDS}
    assert [run.job for run in Run.objects.order_by("id")] == [*IDS]
    assert [order.job.id for order in site.claim()] == [*IDS[:4]]


@pytest.mark.parametrize("job", IDS, ids=str)
def test_a_job_is_found_by_its_id(site: Site, job: Any) -> None:
    site.write("a.py = failed-work-self-*\n")
    for each in ("other", job):
        site.send("failed-work-7", each)
    (event,) = EventRecord.objects.filter(job_id=job)
    (run,) = Run.objects.filter(job=job)
    assert (event.job_id, run.job, run.event) == (job, job, event.sequence)
    assert JobItem.objects.get(job=job).name == "7"
    assert JobRecord.objects.get(pk=job).items.count() == 1
    newest = JobRecord.objects.order_by("-since").values("pk")[:1]
    assert JobRecord.objects.get(pk__in=newest).pk == job


def test_relatives_labels_and_progress_work_with_text(site: Site) -> None:
    site.write("a.py = complete-job-parent && complete-job-sim\n")
    site.send("submit-job", "child", pid="mother", pgrp="g-1")
    site.send("submit-job", "other", pgrp="g-1", label="sim")
    site.send("complete-job", "mother")
    assert not Run.objects.exists()
    site.send("complete-job", "other")
    assert [run.job for run in Run.objects.all()] == ["child"]


def test_a_job_is_named_by_its_id_unless_a_label_of_the_group_is_the_same(
    site: Site,
) -> None:
    site.write("a.py = failed-job-render\n")
    site.send("submit-job", "far", pgrp="g-1")
    site.send("submit-job", "near", pgrp="g-2")
    site.send("submit-job", 5, pgrp="g-2", label="render")
    site.send("failed-job", "render")
    assert {run.job for run in Run.objects.all()} == {"far", "render"}
    site.send("failed-job", 5)
    assert [run.job for run in Run.objects.order_by("id")][2:] == [5, "near"]


def test_verbs_and_jobinfo_take_text(site: Site) -> None:
    site.write("")
    agenda = [{"name": "7", "status": "running"}]
    site.send("running-job", UUID, pgrp="g-1", agenda=agenda)
    farm = EmbeddedFarm()
    assert farm.act("killwork", [f"{UUID}:7"], {}) == [f"{UUID}:7"]
    assert farm.act("modify", [UUID], {"pgrp": "g-2"}) == [UUID]
    assert farm.act("kill", [UUID], {}) == [f"{UUID}.0"]
    site.dispatcher.step()
    (info,) = farm.jobinfo(parse_pairs(["-pgrp", "g-2"]))
    assert (info["id"], info["pgrp"], info["status"]) == (UUID, "g-2", "killed")
    assert (info["agenda"][0]["pid"], info["agenda"][0]["status"]) == (UUID, "killed")
    assert farm.jobinfo(parse_pairs(["-id", "nobody"])) == []


def test_timers_of_such_a_job_fire_and_go_with_it(site: Site) -> None:
    site.write("a.py = dummy-time-self-5\n")
    site.send("submit-job", UUID)
    site.dispatcher.tick()
    site.dispatcher.step()
    assert [run.job for run in Run.objects.all()] == [UUID]


def test_a_run_is_stored_for_a_job_that_nobody_knows(site: Site) -> None:
    site.write("a.py = failed-job-self\n")
    site.send("failed-job", 7)
    (cause,) = run_rows.causes([Run.objects.get().pk]).values()
    new = run_rows.store_one(
        cause._replace(job="made-up"), run_rows.waiting(Run.objects.get().queued_at)
    )
    assert Run.objects.get(pk=new).job == "made-up"
    assert run_rows.causes([new])[new].job == "made-up"
    assert [row.job for row in run_rows.by_id([new])] == ["made-up"]


def test_a_text_that_was_made_to_look_like_another_is_refused(
    transactional_db: None,
) -> None:
    TextId.objects.create(
        key=key_of("mine"), text="yours", used_on=timezone.now().date()
    )
    told = {"name": "failed", "type": "job", "job": {"id": "mine"}}
    with pytest.raises(InvalidEvent, match="cannot be told from another"):
        accept([parse_event(told, time.time())], source="api")
    TextId.objects.update(used_on=timezone.now().date() - timedelta(days=9))
    with pytest.raises(InvalidEvent, match="cannot be told from another"):
        accept([parse_event(told, time.time())], source="api")
    assert not EventRecord.objects.exists()


def test_ids_that_are_named_nowhere_any_more_are_pruned(site: Site) -> None:
    site.write("a.py = failed-job-self\n")
    site.send("failed-job", "kept", pid="kept-too")
    keep(["gone", "new"])
    long_ago = timezone.now().date() - timedelta(days=400)
    TextId.objects.exclude(text="new").update(used_on=long_ago)
    assert prune(Retention())["text ids"] == 1
    assert {each.text for each in TextId.objects.all()} == {"kept", "kept-too", "new"}
    assert ids_of([key_of("kept"), 7]) == {key_of("kept"): "kept", 7: 7}


def test_a_finding_says_where_a_label_is_the_id_of_a_known_job(site: Site) -> None:
    site.write("a.py = failed-job-render\n")
    (site.directory / "a.py").touch()

    def said() -> list[str]:
        return [each.name for each in checked().findings if each.line]

    assert said() == []
    site.send("submit-job", "render")
    assert said() == ["label-and-job-id"]
    site.send("removed-job", "render")
    assert said() == []


def test_farms_with_numbers_pay_nothing_for_it(
    site: Site, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        keep([7, 8])
        assert ids_of([7, 0]) == {7: 7, 0: 0}
    site.write("a.py = failed-job-self\n")
    site.send("failed-job", 7)
    assert not TextId.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_upgrade_touches_no_table_that_has_rows() -> None:
    loader = MigrationLoader(connection)
    migration = loader.get_migration("dashboard", "0019_text_ids")
    statements = loader.collect_sql([(migration, False)])
    done = [each for each in statements if each[:2] not in ("--", "")]
    assert [each for each in done if "dashboard_textid" not in each] in (
        [],
        ["BEGIN;", "COMMIT;"],
    )
