"""What holds up no event: another that cannot be planned, a timer, a machine in trouble."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from dashboard.models import EventRecord, TimerRecord
from dashboard.service.dispatching import Dispatching
from dashboard.store import transactions
from qubecb.errors import StoreBusy
from tests.dashboard.store.holding import held
from tests.dashboard.store.site import Site


def emit(job: int) -> None:
    call_command("emit", "submit-job", "--job", str(job), stdout=io.StringIO())


def test_an_event_that_cannot_be_planned_is_set_aside_and_says_so(site: Site) -> None:
    site.write("a.py = submit-job-self\n")
    for job in (7, 8, 9):
        emit(job)
    EventRecord.objects.filter(job_id=8).update(job=["damaged"])
    Dispatching(lambda: None).turn()
    assert site.states() == ["queued", "queued"]
    assert not EventRecord.objects.filter(planned_at=None).exists()
    assert "could not be planned" in EventRecord.objects.get(job_id=8).remark


def test_a_timer_that_cannot_be_fired_holds_up_no_event(site: Site) -> None:
    site.write("a.py = submit-job-self\nb.py = globalrepeat-5-60\n")
    site.dispatcher.tick()
    site.dispatcher.step()
    TimerRecord.objects.update(interval=0, due=1.0)
    emit(7)
    dispatching = Dispatching(lambda: None)
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
    dispatching = Dispatching(lambda: None)
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
    dispatching = Dispatching(lambda: None)
    with held(settings.DATA / "write.lock", stopped=True):
        with pytest.raises(StoreBusy):
            dispatching.turn()
        with pytest.raises(StoreBusy):
            site.claim()
    monkeypatch.undo()
    dispatching.turn()
    assert len(site.claim()) == 1
