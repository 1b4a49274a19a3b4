"""The parts of the service, each by itself."""

from __future__ import annotations

import getpass
import io
import json
import logging
import os
import socket
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from dashboard.demo.demonstrating import Waiting, demonstrate
from dashboard.machine.waking import CANCELLATIONS, EVENTS, wake
from dashboard.models import EventRecord, Heartbeat, RollUp, Run, SpoolProblem
from dashboard.project.environment import Environment
from dashboard.service.dispatching import Dispatching
from dashboard.service.housekeeping import Housekeeping, Pruning
from dashboard.service.inotify import Watch
from dashboard.service.listening import SocketWaker
from dashboard.service.locks import DataLock, Taken
from dashboard.service.loops import Loop
from dashboard.service.spooling import Spooling
from dashboard.service.up import check_settings
from dashboard.service.watching import Watching
from dashboard.service.web import address_of, bound
from dashboard.store.runs.pruning import Retention, prune
from qubecb.errors import ConfigurationError, StoreBusy
from tests.dashboard.store.site import WORKER, Site
from tests.end_to_end.installation import PATIENCE

sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has NOTIFY"
)


@sqlite_only
def test_the_work_process_is_woken_at_once_and_told_what_for(site: Site) -> None:
    waker = SocketWaker()
    wake(EVENTS)
    wake(CANCELLATIONS)
    assert waker.wait(PATIENCE) == {EVENTS, CANCELLATIONS}
    waker.close()


@sqlite_only
def test_waking_nobody_does_no_harm(site: Site) -> None:
    wake(EVENTS)


@sqlite_only
def test_it_is_woken_in_a_directory_with_a_long_path_too(
    site: Site, settings: Any
) -> None:
    deep = settings.DATA / ("d" * 120)
    deep.mkdir()
    settings.DATA = deep
    waker = SocketWaker()
    wake(EVENTS)
    assert waker.wait(PATIENCE) == {EVENTS}
    waker.close()


def test_a_lock_is_refused_to_the_second_with_the_first_ones_process(
    tmp_path: Path,
) -> None:
    first, second = DataLock(tmp_path, "up"), DataLock(tmp_path, "up")
    first.take()
    with pytest.raises(Taken, match=rf"process {os.getpid()}"):
        second.take()
    first.free()
    second.take()
    second.free()


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:80", ("::1", 80))],
)
def test_an_address_is_read(text: str, address: tuple[str, int]) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["", "8000", ":8000", "host:", "host:99999", "a:b"])
def test_what_is_no_address_is_refused_with_the_setting(text: str) -> None:
    with pytest.raises(ConfigurationError, match="QUBECB_BIND or --bind"):
        address_of(text)


def test_a_port_in_use_is_told_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigurationError) as refusal:
            bound(address)
    assert str(refusal.value) == f"cannot listen on {address}: address already in use"


def test_a_new_file_ends_the_wait_for_it(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    (tmp_path / "event").write_text("{}")
    watch.wait(86400.0)  # else it never ends
    watch.close()


def event(identity: str | None = None) -> dict[str, Any]:
    sent = {"name": "submit", "type": "job", "job": {"id": 7}}
    return {**sent, "id": identity} if identity else sent


def drop(settings: Any, name: str, data: str) -> Spooling:
    spooling = Spooling()
    (settings.DATA / "spool" / "new" / name).write_text(data)
    return spooling


def test_a_file_in_the_spool_becomes_an_event_with_its_name_as_id(
    site: Site, settings: Any
) -> None:
    drop(settings, "one", json.dumps(event())).turn()
    stored = EventRecord.objects.get()
    assert (stored.event_id, stored.source) == ("one", "spool")
    assert not list((settings.DATA / "spool" / "new").iterdir())


def test_a_file_that_is_no_event_goes_aside_with_the_reason(
    site: Site, settings: Any
) -> None:
    drop(settings, "one", '{"name": 5}').turn()
    assert not EventRecord.objects.exists()
    problem = SpoolProblem.objects.get()
    assert problem.file == "one"
    assert "name" in problem.reason
    assert (settings.DATA / "spool" / "bad" / "one.error").exists()


def test_an_edit_on_disk_is_noticed(site: Site) -> None:
    noticed: list[int] = []
    watching = Watching(lambda: noticed.append(1))
    watching.stop()
    site.write("a.py = submit-job-self\n")
    watching.turn()
    (site.directory / "callbacks.conf").write_text("b.py = submit-job-self\n")
    watching.turn()
    assert len(noticed) == 2
    site.send("submit-job")
    assert Run.objects.get().file == "b.py"


def test_an_edit_that_keeps_the_time_of_the_file_is_noticed(site: Site) -> None:
    watching = Watching(lambda: None)
    watching.stop()
    site.write("a.py = submit-job-self\n")
    config = site.directory / "callbacks.conf"
    os.utime(config, (1_700_000_000, 1_700_000_000))
    watching.turn()
    config.write_text("b.py = submit-job-self\n")
    os.utime(config, (1_700_000_000, 1_700_000_000))
    watching.turn()
    site.send("submit-job")
    assert Run.objects.get().file == "b.py"


def test_an_accepted_event_is_planned_in_one_turn(site: Site) -> None:
    site.write("a.py = submit-job-self\n")
    states: list[list[str]] = []
    dispatching = Dispatching(lambda: nullcontext(lambda: states.append(site.states())))
    call_command("emit", "submit-job", "--job", "7", stdout=io.StringIO())
    dispatching.turn()
    assert states == [["queued"]]


def test_runs_of_the_dead_are_buried_and_their_heartbeats_go(site: Site) -> None:
    site.write("a.py = submit-job-self\n")
    site.send("submit-job")
    site.claim()
    house = Housekeeping("another", site.store, dict)
    house.stop()
    house.turn()
    assert site.states() == ["lost"]
    assert [beat.name for beat in Heartbeat.objects.all()] == ["another"]


def test_what_is_old_is_forgotten_when_its_hour_has_come(site: Site) -> None:
    then = timezone.now() - timedelta(days=2)
    Heartbeat.objects.create(name="old", host="h", pid=1, started_at=then, beat_at=then)
    pruning = Pruning(first=0.0)
    pruning.stop()
    pruning.turn()
    assert not Heartbeat.objects.exists()


def test_nothing_is_forgotten_for_a_day_after_the_clock_was_set_forward(
    site: Site,
) -> None:
    ahead = [0.0]
    then = timezone.now() - timedelta(days=2)
    Heartbeat.objects.create(name="old", host="h", pid=1, started_at=then, beat_at=then)
    pruning = Pruning(0.0, lambda: time.time() + ahead[0])
    pruning.stop()
    ahead[0] = 2 * 86400.0
    for _ in range(2):
        pruning.turn()
    assert Heartbeat.objects.exists()


def test_a_failed_sign_in_of_the_future_locks_nobody_out(site: Site) -> None:
    for hours in (-1, 0, 48):
        moment = timezone.now() + timedelta(hours=hours)
        attempt = AccessAttempt.objects.create(username="jo", failures_since_start=8)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=moment)
    prune(Retention())
    assert AccessAttempt.objects.count() == 2


def test_our_own_runs_are_not_buried(site: Site) -> None:
    site.write("a.py = submit-job-self\n")
    site.send("submit-job")
    site.claim()
    Housekeeping(WORKER, site.store, dict).bury()
    assert site.states() == ["running"]


def test_a_user_that_callbacks_cannot_run_as_is_refused_at_the_start(
    settings: Any,
) -> None:
    settings.ENVIRONMENT = Environment({"QUBECB_RUN_AS": "nobody-of-that-name"})
    with pytest.raises(
        ConfigurationError,
        match="QUBECB_RUN_AS: there is no user 'nobody-of-that-name'",
    ):
        check_settings()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("QUBECB_PYTHON", "/no/such/python", "there is no program /no/such/python"),
        ("QUBECB_PERL", "/etc/passwd", "/etc/passwd is not executable"),
        ("QUBECB_PRELOAD", "json, no_such_module", "cannot load no_such_module"),
        ("QUBECB_QB_CONF", "/etc", "regular file"),
        ("QUBECB_DATA", "~nobody-of-that-name/data", "must be a path"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start_by_the_name_of_its_setting(
    settings: Any, tmp_path: Path, name: str, value: str, why: str
) -> None:
    settings.DATA = tmp_path
    settings.ENVIRONMENT = Environment({name: value})
    with pytest.raises(ConfigurationError) as refused:
        check_settings()
    assert str(refused.value).startswith(name)
    assert why in str(refused.value)


def test_a_site_without_perl_and_without_qb_conf_is_a_site(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = tmp_path
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(tmp_path / "none")})
    monkeypatch.setenv("PATH", str(tmp_path))
    check_settings()


def test_a_loop_outlives_a_turn_that_fails(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.service.loops.PATIENCE", 0.0)
    caplog.set_level(logging.CRITICAL, "dashboard.service.loops")
    turns: list[str] = []

    def turn() -> None:
        turns.append(loop.trouble)
        if len(turns) == 1:
            raise StoreBusy
        if len(turns) == 2:
            raise ZeroDivisionError
        loop.stop()

    loop = Loop("test", turn)
    loop.start()
    loop.join(PATIENCE)
    assert [trouble.partition(":")[0] for trouble in turns] == [
        "",
        "StoreBusy",
        "ZeroDivisionError",
    ]


def test_an_event_of_the_command_line_says_who_sent_it(site: Site) -> None:
    call_command("emit", "submit-job", "--job", "7", stdout=io.StringIO())
    assert EventRecord.objects.get().actor == getpass.getuser()


def test_a_demonstration_is_a_history_with_statistics(site: Site) -> None:
    site.write("a.py = submit-job-self\nb.pl = done-work-self-*\n")
    told = demonstrate(days=1, jobs_a_day=6)
    assert told.runs == Run.objects.count() > 10
    assert told.events == EventRecord.objects.count()
    assert not Run.objects.filter(state__in=("queued", "running")).exists()
    assert RollUp.objects.exists()


def test_of_a_demonstration_only_the_last_day_is_open(site: Site) -> None:
    site.write("mail-status.qcb = done-work-self-*\nb.py = done-work-self-*\n")
    demonstrate(days=2, jobs_a_day=9)
    yesterday = timezone.now() - timedelta(days=1)
    wrong = Run.objects.filter(settled="dismissed") | Run.objects.filter(open=True)
    assert wrong.filter(ended_at__lt=yesterday).exists()
    assert not wrong.filter(ended_at__lt=yesterday, open=True).exists()
    assert not wrong.filter(ended_at__gt=yesterday, open=False).exists()


def test_a_demonstration_s_failures_say_what_real_ones_say(site: Site) -> None:
    site.write(
        "mail-status.qcb = done-work-self-*\nlogFailuresToDB.py = done-work-self-*\n"
    )
    demonstrate(days=1, jobs_a_day=30)
    bad = Run.objects.filter(state__in=("failed", "timed_out", "crashed", "lost"))
    assert bad.count() > 10
    assert not bad.filter(reason="").exists()
    raised = bad.filter(traceback__type="OperationalError")
    assert raised.exists()
    assert {run.last_line for run in raised} == {"OperationalError: database is locked"}


def test_a_demonstration_prepares_a_directory_that_was_never_up(
    site: Site, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path / "fresh"
    settings.ENVIRONMENT = Environment({"QUBECB_QB_CONF": str(tmp_path / "none")})
    User.objects.all().delete()
    out = io.StringIO()
    call_command("demo", "--days", "1", "--jobs", "6", stdout=out)
    assert "sign in as admin" in out.getvalue()
    assert Run.objects.exists()


def test_a_demonstration_takes_no_real_event_for_its_own(site: Site) -> None:
    call_command("emit", "submit-job", "--job", "7", stdout=io.StringIO())
    with pytest.raises(Waiting):
        demonstrate(days=1, jobs_a_day=6)
    assert EventRecord.objects.count() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        *(("submit", "7"), ("submit-job", "se ven"), ("submit-job", "0")),
        *(("submit-job", "[" * 90_000), ("submit-job", '{"id": 7, "x": NaN}')),
        *(("submit-job", "٣"), ("submit-job", "9" * 5_000), ("submit-job", "-7")),
    ],
)
def test_what_is_no_event_is_refused_on_the_command_line(
    site: Site, arguments: tuple[str, str]
) -> None:
    with pytest.raises(CommandError):
        call_command("emit", arguments[0], "--job", arguments[1])
    assert not EventRecord.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "must"),
    [
        ("demo --days=0", "--days: must be a whole number from 1 to 366 (it is '0')"),
        ("demo --days=99999999", "--days: must be a whole number from 1 to 366"),
        ("demo --jobs=-1", "--jobs: must be a whole number from 1 to 100000"),
        ("demo --seed=٣", "--seed: must be a whole number from 0"),
        ("up --port=65536", "--port: must be a whole number from 0 to 65535"),
        ("work --grace=nan", "--grace: must be seconds, from 0 to 86400"),
        ("work --grace=-5", "--grace: must be seconds, from 0 to 86400"),
        ("emit submit-job --job=7 --id=", "id: must be text of 1 to 200 characters"),
    ],
)
def test_an_argument_that_makes_no_sense_says_what_it_must_be(
    site: Site, arguments: str, must: str
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(*arguments.split())
    assert must in str(refused.value)
    assert not EventRecord.objects.exists()
