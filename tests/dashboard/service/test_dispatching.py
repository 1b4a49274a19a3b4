"""What holds up no event: another that cannot be planned, a timer, a machine in trouble."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from dashboard.models import EventRecord, JobRecord, Run, TimerRecord
from dashboard.models.events import WAITING
from dashboard.service.dispatching import Dispatching
from dashboard.store.acts.setting_aside import after_upgrade, plan_again
from dashboard.store.database import transactions
from dashboard.store.intake import acceptance
from dashboard.store.runs.pruning import Retention, prune
from qubecb import __version__
from qubecb.errors import StoreBusy
from tests.dashboard.factories import JO
from tests.dashboard.store.holding import held
from tests.dashboard.store.site import Site


def emit(job: int) -> None:
    call_command("emit", "submit-job", "--job", str(job), stdout=io.StringIO())


def test_an_event_that_cannot_be_planned_is_set_aside_and_says_so(site: Site) -> None:
    site.write("a.py = submit-job-self\n")
    for job in (7, 8, 9):
        emit(job)
    EventRecord.objects.filter(job_id=8).update(job=["damaged"])
    Dispatching().turn()
    assert site.states() == ["queued", "queued"]
    (odd,) = EventRecord.objects.filter(planned_at=None)
    assert (odd.job_id, odd.set_aside_version) == (8, __version__)
    assert odd.set_aside_at is not None
    assert "could not be planned" in odd.remark


@pytest.mark.parametrize("error", [ValueError("odd"), OSError("gone")])
def test_a_qb_conf_that_cannot_be_read_costs_no_event(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def unreadable(path: Path) -> bytes:
        raise error

    site.write("a.py = submit-job-self\n")
    changed = settings.DATA / "no-qb.conf"
    changed.write_text("supervisor_language_flags = python\n")
    for job in (7, 8, 9):
        emit(job)
    dispatching = Dispatching()
    with monkeypatch.context() as patch:
        patch.setattr("qubecb.conffile.known_qb_conf.read_bytes", unreadable)
        with pytest.raises(type(error)):
            dispatching.turn()
    assert EventRecord.objects.filter(WAITING).count() == 3
    dispatching.turn()
    assert site.states() == ["queued"] * 3


def test_rows_that_nobody_can_read_are_not_the_rows_fault(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object) -> Any:
        raise ValueError("a defect")

    site.write("a.py = submit-job-self\n")
    emit(7)
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.store.rows.events.job_as_sent", defect)
        with pytest.raises(ValueError, match="a defect"):
            Dispatching().turn()
    assert EventRecord.objects.filter(WAITING).count() == 1


def odd_and_mended(site: Site) -> EventRecord:
    """An event that was set aside, by what it was damaged by; it could be judged now."""
    site.write("a.py = submit-job-self\n")
    emit(7)
    sent = EventRecord.objects.get().job
    EventRecord.objects.update(job=["damaged"])
    Dispatching().turn()
    EventRecord.objects.update(job=sent)
    return EventRecord.objects.get()


def test_what_is_set_aside_stays_so_whatever_else_happens(site: Site) -> None:
    odd = odd_and_mended(site)
    emit(8)
    Dispatching().turn()
    assert after_upgrade() == 0
    EventRecord.objects.update(accepted_at=timezone.now() - timedelta(days=1000))
    Run.objects.all().delete()
    prune(Retention())
    assert EventRecord.objects.get() == odd
    assert acceptance.waiting(9) == 0


def test_an_upgrade_plans_it_again(site: Site) -> None:
    odd_and_mended(site)
    EventRecord.objects.update(set_aside_version="0.0.1")
    assert after_upgrade() == 1
    Dispatching().turn()
    assert site.states() == ["queued"]
    assert EventRecord.objects.get().remark == ""


def test_what_a_job_was_told_later_still_holds(site: Site) -> None:
    odd = odd_and_mended(site)
    site.send("complete-job", name="later")
    site.send("failed-work-1")
    site.send("complete-work-1")
    EventRecord.objects.update(name="failed")
    EventRecord.objects.filter(pk=odd.pk).update(
        name="failed", type="work", extra="1", job={"id": 7, "name": "before"}
    )
    EventRecord.objects.exclude(pk=odd.pk).update(name="complete")
    assert plan_again(JO) == [odd.pk]
    Dispatching().turn()
    job = JobRecord.objects.get()
    assert (job.status, job.name) == ("complete", "later")
    assert job.items.get().status == "complete"


def test_a_timer_that_cannot_be_fired_holds_up_no_event(site: Site) -> None:
    site.write("a.py = submit-job-self\nb.py = globalrepeat-5-60\n")
    site.dispatcher.tick()
    site.dispatcher.step()
    TimerRecord.objects.update(interval=0, due=1.0)
    emit(7)
    dispatching = Dispatching()
    with pytest.raises(ZeroDivisionError):
        dispatching.turn()
    assert not EventRecord.objects.filter(planned_at=None).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL needs no gate")
def test_what_is_wrong_with_the_machine_costs_no_event(
    site: Site, settings: Any, tmp_path: Path
) -> None:
    site.write("a.py = submit-job-self\n")
    emit(7)
    settings.DATA, there = tmp_path / "away", settings.DATA
    dispatching = Dispatching()
    with pytest.raises(FileNotFoundError):
        dispatching.turn()
    settings.DATA = there
    dispatching.turn()
    assert site.states() == ["queued"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL needs no gate")
def test_it_goes_on_when_a_process_that_held_everybody_up_is_gone(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("a.py = submit-job-self\n")
    emit(7)
    monkeypatch.setattr(transactions, "PATIENCE", 0.05)
    dispatching = Dispatching()
    with held(settings.DATA / "write.lock", stopped=True):
        with pytest.raises(StoreBusy):
            dispatching.turn()
        with pytest.raises(StoreBusy):
            site.claim()
    monkeypatch.undo()
    dispatching.turn()
    assert len(site.claim()) == 1


@pytest.mark.parametrize("jump", [-3600.0, 2 * 86400.0])
def test_a_clock_that_is_set_stops_no_interval(site: Site, jump: float) -> None:
    now = [time.time()]
    site.write("a.py = globalrepeat-5-2\n")
    dispatching = Dispatching(clock=lambda: now[0])
    for step in (2.0, jump, -jump, jump, 2.0):
        before = EventRecord.objects.count()
        now[0] += step
        for _ in range(3):
            now[0] += 1.0
            dispatching.configured()
            dispatching.turn()
        assert EventRecord.objects.count() > before


def test_timers_are_looked_at_each_second_whatever_the_clock_says(site: Site) -> None:
    now = [time.time()]
    site.write("a.py = globalrepeat-5-2\n")
    dispatching = Dispatching(clock=lambda: now[0])
    dispatching.turn()
    now[0] -= 86400.0
    far = TimerRecord.objects.filter(due__gt=now[0] + 2.0)
    assert far.exists()
    deadline = time.monotonic() + 240.0
    while far.exists():
        assert time.monotonic() < deadline
        dispatching.turn()
