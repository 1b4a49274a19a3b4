"""What the dispatcher judged with besides mappings is kept: qb.conf's flags and paths."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from dashboard.models import ConditionsRecord, EventRecord, RollUp, Run
from dashboard.project.environment import Environment
from dashboard.service.dispatching import Dispatching
from dashboard.store.configuration.conditions import (
    conditions_at,
    conditions_between,
    flags_of,
)
from dashboard.store.configuration.site import qb_conf
from dashboard.store.runs.pruning import Retention, prune
from qubecb.dispatch.suppression import disabled
from tests.dashboard.store.refusing import refused
from tests.dashboard.store.site import Site

PYTHON = "supervisor_language_flags = python\n"
PERL = "supervisor_language_flags = perl\n"


@pytest.fixture
def conf(site: Site, settings: Any) -> Path:
    """A qb.conf that can be written."""
    path: Path = settings.DATA / "no-qb.conf"
    return path


@pytest.fixture
def dispatching(site: Site, conf: Path) -> Dispatching:
    """A dispatcher, at which one event has come through."""
    site.write("a.py = submit-job-self\n")
    conf.write_text(PYTHON)
    dispatching = Dispatching()
    come(site, dispatching, 1)
    return dispatching


def come(site: Site, dispatching: Dispatching, job: int) -> None:
    """Let an event come through."""
    site.take_in("submit-job", job)
    dispatching.wake()
    dispatching.turn()


def flags() -> list[list[str]]:
    return [each.flags for each in ConditionsRecord.objects.order_by("id")]


def test_flags_are_noted_when_they_change_and_at_no_other_time(
    site: Site, conf: Path, dispatching: Dispatching
) -> None:
    come(site, dispatching, 2)
    assert flags() == [["python"]]
    conf.write_text(PERL)
    come(site, dispatching, 3)
    come(site, dispatching, 4)
    conf.write_text(f"{PERL}mail_host = studio\n")
    come(site, dispatching, 5)
    assert flags() == [["python"], ["perl"]]


def test_the_time_of_planning_tells_what_an_event_was_judged_with(
    site: Site, conf: Path, dispatching: Dispatching
) -> None:
    for job, said in enumerate((PERL, PYTHON, PYTHON, PERL, PYTHON), 2):
        conf.write_text(f"{said}supervisor_logpath = /x\n")
        come(site, dispatching, job)
    planned = dict(EventRecord.objects.values_list("sequence", "planned_at"))
    for run in Run.objects.all():
        at = planned[run.event]
        assert at is not None
        found = conditions_at(at)
        assert found is not None
        assert run.reason == disabled(run.file, flags_of(found))
    assert Run.objects.filter(state="suppressed").count() == 2
    [roll_up] = RollUp.objects.all()
    assert roll_up.kept_back == {"language-disabled": 2}


def test_flags_that_change_while_nothing_comes_are_noted_as_well(
    conf: Path, dispatching: Dispatching
) -> None:
    conf.write_text(PERL)
    dispatching.configured()
    dispatching.turn()
    assert flags() == [["python"], ["perl"]]


def test_what_is_known_already_is_not_noted_after_a_restart(
    site: Site, dispatching: Dispatching
) -> None:
    come(site, Dispatching(), 2)
    assert flags() == [["python"]]


def test_what_was_not_planned_is_noted_when_it_is(
    site: Site, conf: Path, dispatching: Dispatching
) -> None:
    conf.write_text(PERL)
    site.take_in("submit-job", 2)
    dispatching.wake()
    with refused("dashboard_run"), pytest.raises(DatabaseError):
        dispatching.turn()
    assert flags() == [["python"]]
    dispatching.wake()
    dispatching.turn()
    assert flags() == [["python"], ["perl"]]


def test_what_was_judged_with_is_read_as_it_was(
    site: Site, conf: Path, settings: Any
) -> None:
    conf.write_text(
        'supervisor_language_flags = "python, perlish"\n'
        "supervisor_universal_callback_path = /one, /two\n"
    )
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(conf)})
    Dispatching().turn()
    found = conditions_at(timezone.now())
    assert found is not None
    assert (found.binding, found.attached_days) == ("submission", 30)
    read, was = flags_of(found), qb_conf()
    for name in ("language_flags", "flags_text", "flags_understood", "path", "found"):
        assert getattr(read, name) == getattr(was, name)
    assert read.callback_directories == was.callback_directories
    assert disabled("a.pl", read) == disabled("a.pl", was) != ""


def test_no_secret_of_qb_conf_is_kept(site: Site, conf: Path) -> None:
    conf.write_text(f"{PYTHON}mail_host = post\nmail_password = hunter2\n")
    Dispatching().turn()
    [kept] = ConditionsRecord.objects.values()
    assert "hunter2" not in str(kept)
    assert "post" not in str(kept)


def test_odd_bytes_of_qb_conf_are_kept_as_they_are_shown(
    site: Site, conf: Path
) -> None:
    conf.write_bytes(b"supervisor_language_flags = python,\xff\xfe" + b"x" * 900)
    dispatching = Dispatching()
    dispatching.turn()
    come(site, dispatching, 1)
    assert flags() == [["python"]]


def test_of_before_the_first_note_nothing_is_known(db: None) -> None:
    assert conditions_at(timezone.now()) is None
    assert conditions_between(timezone.now(), timezone.now()) == []


def test_what_is_judged_with_for_long_is_kept_and_what_was_replaced_is_not(
    db: None,
) -> None:
    now = timezone.now()
    ages = (200, 150, 100, 50)
    for days in ages:
        at = now - timedelta(days=days)
        ConditionsRecord.objects.create(
            created_at=at,
            found=True,
            flags=[str(days)],
            flags_understood=True,
            binding="live",
            attached_days=30,
        )
    assert prune(Retention(days=90))["conditions"] == 2
    assert flags() == [["100"], ["50"]]
    told = conditions_between(now - timedelta(days=60), now)
    assert [each.flags for each in told] == [["100"], ["50"]]
