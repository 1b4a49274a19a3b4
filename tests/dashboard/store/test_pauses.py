"""Pauses are kept as intervals: what held when, who ended it, and which runs it kept back."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.utils import timezone

from dashboard.models import EventRecord, KeptSince, PauseRecord, RollUp, Run
from dashboard.models.history import PAUSES, kept_since
from dashboard.store.acts.cancelling import cancel_run
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration import pauses
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.people.audit import By
from dashboard.store.runs.pruning import Retention, prune
from qubecb.errors import StoreBusy
from tests.dashboard import factories
from tests.dashboard.factories import JO
from tests.dashboard.store.at_once import at_once
from tests.dashboard.store.site import Site

MIGRATION: Any = import_module("dashboard.migrations.0011_pauses")
SUBMIT = "a.py = submit-job-self\nb.py = submit-job-self\n"
ANA = By("ana", "10.0.0.8")


def told(pause: PauseRecord) -> tuple[str, str, str]:
    return pause.reason, pause.ended_by, pause.ending


def test_a_pause_that_was_resumed_is_kept_with_when_and_by_whom(site: Site) -> None:
    pauses.pause(str(site.directory), "a.py", "mail storm", None, ANA)
    assert pauses.resume(str(site.directory), "a.py", JO)
    [pause] = PauseRecord.objects.all()
    assert (pause.author, *told(pause)) == ("ana", "mail storm", "jo", "resumed")
    assert pause.end is not None
    assert pause.created_at < pause.end <= timezone.now()
    assert not pauses.pauses()
    assert not pauses.in_force()


def test_a_pause_that_is_paused_anew_ends_where_the_new_one_begins(site: Site) -> None:
    pauses.pause(None, None, "one", None, ANA)
    pauses.pause(None, None, "two", None, JO)
    first, second = PauseRecord.objects.order_by("id")
    assert told(first) == ("one", "jo", "replaced")
    assert first.ended_at == second.created_at
    assert [each.reason for each in pauses.pauses()] == ["two"]


def test_a_pause_whose_time_has_come_was_ended_by_nobody(site: Site) -> None:
    over = time.time() - 5
    pauses.pause(None, None, "lunch", over, JO)
    assert not pauses.resume(None, None, JO)
    [pause] = PauseRecord.objects.all()
    assert told(pause) == ("lunch", "", "time")
    assert pause.ended_at == pause.until == datetime.fromtimestamp(over, UTC)


def test_of_one_target_one_pause_is_open(site: Site) -> None:
    pauses.pause(None, None, "one", None, JO)
    with pytest.raises(IntegrityError):
        factories.pause(directory="", file="")


def test_two_who_pause_the_same_at_once_leave_one_pause_open(site: Site) -> None:
    for turn in range(5):
        at_once(
            lambda: pauses.pause(None, None, "one", None, ANA),
            lambda: pauses.pause(None, None, "two", None, JO),
        )
        assert len(pauses.pauses()) == 1
        assert PauseRecord.objects.count() == 2 * turn + 2


def test_what_held_at_a_time_and_between_two_is_told(site: Site) -> None:
    start = timezone.now()
    hours = [start + timedelta(hours=each) for each in range(8)]
    factories.pause(file="a", created_at=hours[1], ended_at=hours[3])
    factories.pause(file="b", created_at=hours[2], until=hours[5])
    factories.pause(file="c", created_at=hours[4])

    def held(*moments: datetime) -> str:
        if len(moments) == 1:
            return "".join(each.file for each in pauses.pauses_at(*moments))
        return "".join(each.file for each in pauses.pauses_between(*moments))

    assert [held(each) for each in hours] == ["", "a", "ab", "b", "bc", "c", "c", "c"]
    assert held(hours[3], hours[4]) == "bc"
    assert held(hours[5], hours[7]) == "c"
    assert held(hours[0], hours[7]) == "abc"


def some_acts(site: Site, chance: random.Random) -> None:
    """People pause and resume at random, and events come."""
    for job in range(1, 60):
        act = chance.choice((pauses.pause, pauses.resume, None, None))
        where = chance.choice(
            [(None, None), (str(site.directory), None), (str(site.directory), "a.py")]
        )
        if act is pauses.pause:
            pauses.pause(*where, f"pause {job}", None, JO)
        elif act is pauses.resume:
            pauses.resume(*where, JO)
        site.send("submit-job", job=job)


def test_the_time_of_planning_tells_what_kept_a_run_back(site: Site) -> None:
    site.write(SUBMIT)
    some_acts(site, random.Random(7))  # noqa: S311
    planned = dict(EventRecord.objects.values_list("sequence", "planned_at"))
    runs = Run.objects.all()
    assert {run.state for run in runs} == {"queued", "suppressed"}
    for run in runs:
        at = planned[run.event]
        assert at is not None
        stopping = [
            each.pk
            for each in pauses.pauses_at(at)
            if each.directory in ("", run.directory) and each.file in ("", run.file)
        ]
        assert run.pause == (stopping[0] if stopping else None)
        assert (run.state == "suppressed") == bool(stopping)


def test_what_a_pause_keeps_back_is_counted_as_paused_whenever_that_is(
    site: Site,
) -> None:
    site.write("a.py = submit-job-self\n")
    site.send("submit-job", job=1)
    pauses.pause(None, None, "mail storm", None, JO)
    site.claim()
    site.send("submit-job", job=2)
    replay(Run.objects.values_list("pk", flat=True), JO)
    assert site.states() == ["suppressed"] * 4
    [roll_up] = RollUp.objects.all()
    assert (roll_up.suppressed, roll_up.kept_back) == (4, {"paused": 4})


def test_what_is_kept_back_at_its_turn_and_what_is_replayed_name_the_pause(
    site: Site,
) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    cancel_run(Run.objects.get(file="b.py").pk, JO)
    pauses.pause(None, None, "night", None, JO)
    assert site.claim() == ()
    replay([Run.objects.get(file="b.py").pk], JO)
    [pause] = PauseRecord.objects.all()
    kept_back = Run.objects.filter(pause=pause.pk).order_by("id")
    assert [(run.file, run.state) for run in kept_back] == [
        ("a.py", "suppressed"),
        ("b.py", "suppressed"),
    ]


def test_a_disabled_language_is_no_pause(site: Site, settings: Any) -> None:
    (site.directory.parent / "no-qb.conf").write_text("supervisor_logpath = /x\n")
    site.write(SUBMIT)
    site.send("submit-job")
    cancel_run(Run.objects.get(file="a.py").pk, JO)
    replay([Run.objects.get(file="a.py").pk], JO)
    assert Run.objects.filter(state="suppressed", pause=None).exists()


def test_pauses_are_kept_as_long_as_runs_that_they_kept_back(db: None) -> None:
    now = timezone.now()
    ago = {days: now - timedelta(days=days) for days in (100, 95, 80, 1)}
    factories.pause(file="old", created_at=ago[100], ended_at=ago[95])
    factories.pause(file="over", created_at=ago[100], until=ago[95])
    factories.pause(file="young", created_at=ago[100], ended_at=ago[80])
    factories.pause(file="open", created_at=ago[100])
    assert prune(Retention(days=90))["pauses"] == 2
    left = PauseRecord.objects.values_list("file", flat=True)
    assert sorted(left) == ["open", "young"]


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time"
)
def test_nobody_pauses_in_the_middle_of_planning(site: Site) -> None:
    def impatient() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        pauses.pause(None, None, "night", None, JO)

    with OrmStore().planning(), pytest.raises(StoreBusy):
        at_once(impatient)


def test_an_old_database_keeps_its_pauses_and_says_since_when_it_keeps_them(
    db: None,
) -> None:
    now = timezone.now()
    factories.pause(file="open.py")
    factories.pause(file="over.py", until=now - timedelta(hours=1))
    KeptSince.objects.all().delete()
    MIGRATION.begin(apps, SimpleNamespace(connection=connection))
    endings = dict(PauseRecord.objects.values_list("file", "ending"))
    assert endings == {"open.py": "", "over.py": "time"}
    known = kept_since(PAUSES)
    assert known is not None
    assert known.since >= now
