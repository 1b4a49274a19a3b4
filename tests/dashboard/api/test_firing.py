"""Match, simulate, live."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from dashboard.api import firing as api_firing
from dashboard.models import AuditEntry, EventRecord, JobRecord, ProgressRecord, Run
from dashboard.store.configuration import pauses
from dashboard.store.configuration.editing import observe_all, save
from dashboard.store.dispatch.planning import OrmStore
from qubecb.conffile.storage import digest
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.errors import StoreError
from tests.dashboard.factories import JO

SUBMIT = {"name": "submit", "type": "job", "job": {"id": 5042, "name": "shot_010"}}
COMPLETE = {**SUBMIT, "name": "complete"}


def dispatch() -> None:
    """Plan everything that was accepted."""
    dispatcher = Dispatcher(OrmStore(), DispatchSettings(), time.time)
    while dispatcher.step():
        pass


def dispatch_elsewhere(over: threading.Event) -> None:
    """Be a dispatcher in a thread until the test is over.

    The tests' database is in memory, where nobody waits for a lock: one asks again.
    """
    while not over.wait(0.005):
        with contextlib.suppress(OperationalError, StoreError):
            dispatch()
    connection.close()


def send(operator: Any, event: Any) -> None:
    """Send an event and dispatch it."""
    assert operator.post("/api/events", event).status_code == 202
    dispatch()


def firing(answer: Any) -> list[str]:
    """The files of the mappings that fire."""
    assert answer.status_code == 200, answer.content
    return [each["file"] for each in answer.json()["matches"] if each["fires"]]


@pytest.fixture
def farm(operator: Any, callbacks: Path) -> Any:
    """An operator of a farm whose configuration is in force."""
    observe_all()
    return operator


class TestMatch:
    """What would fire."""

    def test_every_mapping_gets_a_verdict_with_reasons(self, farm: Any) -> None:
        matches = farm.post("/api/match", {"event": SUBMIT}).json()["matches"]
        assert [each["file"] for each in matches if each["fires"]] == ["submitted.py"]
        assert len(matches) == 5
        assert all(each["reason"] for each in matches)
        spec = matches[1]["specs"][0]
        assert (spec["spec"], spec["verdict"]) == ("done-job-self", "unsatisfied")

    def test_nothing_is_stored(self, farm: Any) -> None:
        farm.post("/api/match", {"event": SUBMIT})
        assert not EventRecord.objects.exists()
        assert not Run.objects.exists()

    def test_a_viewer_may_ask(self, caller: Any, callbacks: Path) -> None:
        answer = caller("viewer").post("/api/match", {"event": SUBMIT})
        assert firing(answer) == ["submitted.py"]

    def test_another_job_can_be_asked_about(self, farm: Any) -> None:
        body = {"event": COMPLETE, "attached": {"id": 6000, "pid": 5042}}
        both = farm.post("/api/match", body).json()["matches"][3]
        assert [each["verdict"] for each in both["specs"]] == [
            "unsatisfied",
            "satisfied",
        ]

    def test_a_stored_job_can_be_asked_about_by_id(self, farm: Any) -> None:
        send(farm, {**SUBMIT, "job": {"id": 6000, "pid": 5042}})
        answer = farm.post("/api/match", {"event": COMPLETE, "attached": 6000})
        both = answer.json()["matches"][3]
        assert (both["job"], both["specs"][1]["verdict"]) == (6000, "satisfied")

    def test_what_is_remembered_counts(self, farm: Any) -> None:
        child = {"id": 6000, "pid": 5042, "name": "child"}
        send(farm, {**SUBMIT, "job": child})
        send(farm, {**COMPLETE, "job": child})
        answer = farm.post("/api/match", {"event": COMPLETE, "attached": 6000})
        assert "both.py" in firing(answer)

    def test_done_is_counted_once_a_transition(self, farm: Any) -> None:
        send(farm, SUBMIT)
        send(farm, COMPLETE)
        done = {**SUBMIT, "name": "done"}
        assert firing(farm.post("/api/match", {"event": done})) == []

    def test_a_job_keeps_the_configuration_of_its_submission(
        self, farm: Any, callbacks: Path
    ) -> None:
        send(farm, SUBMIT)
        config = callbacks / "callbacks.conf"
        save(callbacks, b"", digest(config.read_bytes()), JO, "")
        assert firing(farm.post("/api/match", {"event": COMPLETE})) == [
            "mail-status.qcb"
        ]

    def test_a_pause_is_told(self, farm: Any, callbacks: Path) -> None:
        pauses.pause(str(callbacks), None, "moving house", None, JO)
        (first, *_) = farm.post("/api/match", {"event": SUBMIT}).json()["matches"]
        assert first["fires"] is False
        assert "moving house" in first["suppressed"]

    def test_an_edit_is_judged_in_place_of_what_is_saved(
        self, caller: Any, callbacks: Path
    ) -> None:
        body = {"event": SUBMIT, "config": "both.py = submit-job-self\n"}
        assert firing(caller("editor").post("/api/match", body)) == ["both.py"]

    def test_one_callback_can_be_asked_about(self, farm: Any) -> None:
        body = {"event": SUBMIT, "callback": "both.py"}
        (match,) = farm.post("/api/match", body).json()["matches"]
        assert match["file"] == "both.py"

    def test_it_says_what_the_dispatcher_does(self, farm: Any) -> None:
        predicted = firing(farm.post("/api/match", {"event": COMPLETE}))
        send(farm, COMPLETE)
        assert list(Run.objects.values_list("file", flat=True)) == predicted


class TestSimulate:
    """Runs whose actions are only noted."""

    def fire(self, farm: Any, **body: Any) -> Any:
        """Simulate."""
        return farm.post("/api/fire", {"rung": "simulate", "event": SUBMIT, **body})

    def test_what_is_triggered_is_queued_as_a_simulation(self, farm: Any) -> None:
        answer = self.fire(farm)
        assert firing(answer) == ["submitted.py"]
        run = Run.objects.get()
        assert answer.json()["runs"] == [str(run.pk)]
        assert (run.state, run.test, run.simulate) == ("queued", True, True)
        assert (run.job_then or {})["name"] == "shot_010"

    def test_jobs_and_progress_never_learn_of_it(self, farm: Any) -> None:
        self.fire(farm, event=COMPLETE)
        dispatch()
        assert not JobRecord.objects.exists()
        assert not ProgressRecord.objects.exists()
        assert Run.objects.count() == 1
        assert EventRecord.objects.get().planned_at is not None

    def test_an_id_that_waits_already_is_left_alone(self, farm: Any) -> None:
        farm.post("/api/events", {**SUBMIT, "id": "mine"})
        self.fire(farm, event={**SUBMIT, "id": "mine"})
        assert EventRecord.objects.get(event_id="mine").planned_at is None

    def test_a_real_done_still_counts_after_a_simulated_complete(
        self, farm: Any
    ) -> None:
        send(farm, SUBMIT)
        self.fire(farm, event=COMPLETE)
        done = {**SUBMIT, "name": "done"}
        assert firing(farm.post("/api/match", {"event": done})) == ["mail-status.qcb"]
        send(farm, done)
        assert Run.objects.filter(simulate=False, file="mail-status.qcb").exists()

    def test_a_paused_callback_can_be_simulated(
        self, farm: Any, callbacks: Path
    ) -> None:
        pauses.pause(str(callbacks), "submitted.py", "", None, JO)
        assert len(self.fire(farm).json()["runs"]) == 1

    def test_nothing_triggered_stores_nothing(self, farm: Any) -> None:
        answer = self.fire(farm, event={**SUBMIT, "name": "blocked"}).json()
        assert (answer["runs"], answer["event"]) == ([], None)
        assert not EventRecord.objects.exists()

    def test_an_edit_can_be_simulated(self, caller: Any, callbacks: Path) -> None:
        config = "both.py = submit-job-self\n"
        answer = self.fire(caller("editor"), config=config)
        assert len(answer.json()["runs"]) == 1
        assert Run.objects.get().revision is None

    def test_it_is_recorded(self, farm: Any) -> None:
        self.fire(farm)
        entry = AuditEntry.objects.get(act="fire")
        assert entry.details["rung"] == "simulate"
        assert entry.subject == "submit-job of job 5042"


class TestLive:
    """Events like any other."""

    def fire(self, farm: Any, **body: Any) -> Any:
        """Fire live."""
        return farm.post("/api/fire", {"rung": "live", "event": SUBMIT, **body})

    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api_firing, "PATIENCE", 0.0)

    def test_the_event_is_accepted_as_a_test(self, farm: Any) -> None:
        answer = self.fire(farm).json()
        record = EventRecord.objects.get()
        assert answer["event"] == record.event_id
        assert (record.source, record.test, record.planned_at) == ("fire", True, None)

    def test_it_causes_runs_and_changes_the_job(self, farm: Any) -> None:
        self.fire(farm)
        dispatch()
        run = Run.objects.get()
        assert (run.file, run.test, run.simulate) == ("submitted.py", True, False)
        assert JobRecord.objects.get().name == "shot_010"

    def test_it_can_be_limited_to_one_mapping(self, farm: Any, callbacks: Path) -> None:
        self.fire(farm, event=COMPLETE, callback="both.py")
        dispatch()
        assert EventRecord.objects.get().only_file == "both.py"
        assert not Run.objects.exists()

    @pytest.mark.parametrize("tested", ["submit", "removed", "done", "complete"])
    def test_limited_to_one_mapping_it_costs_no_real_event_its_callbacks(
        self, farm: Any, tested: str
    ) -> None:
        send(farm, SUBMIT)
        stored = JobRecord.objects.values().get()
        event = {**SUBMIT, "name": tested, "job": {"id": 5042, "name": "other"}}
        self.fire(farm, event=event, callback="both.py")
        dispatch()
        assert JobRecord.objects.values().get() == stored
        assert not ProgressRecord.objects.exists()
        Run.objects.all().delete()
        send(farm, COMPLETE)
        assert [run.file for run in Run.objects.all()] == ["mail-status.qcb"]

    def test_an_edit_is_never_fired_live(self, caller: Any, callbacks: Path) -> None:
        answer = self.fire(caller("editor"), config="")
        assert answer.status_code == 422
        assert not EventRecord.objects.exists()

    def test_a_viewer_fires_nothing(self, caller: Any, callbacks: Path) -> None:
        assert self.fire(caller("viewer")).status_code == 403


@pytest.mark.parametrize("config", ["", "both.py = submit-job-self\n"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("check", {}),
        ("match", {"event": SUBMIT}),
        *(
            ("fire", {"rung": r, "event": SUBMIT})
            for r in ("match", "simulate", "live")
        ),
    ],
    ids=["check", "match", "fire a match", "simulate", "fire live"],
)
def test_a_read_only_service_tries_nothing_that_is_not_saved(
    caller: Any, callbacks: Path, settings: Any, path: str, body: Any, config: str
) -> None:
    settings.READ_ONLY = True
    answer = caller("administrator").post(f"/api/{path}", {**body, "config": config})
    assert answer.status_code == 403
    assert "QUBECB_READ_ONLY" in answer.json()["detail"]
    assert not EventRecord.objects.exists()


def test_a_read_only_service_still_tries_what_is_saved(
    farm: Any, settings: Any
) -> None:
    settings.READ_ONLY = True
    assert firing(farm.post("/api/match", {"event": SUBMIT})) == ["submitted.py"]


@pytest.mark.django_db(transaction=True)
def test_a_live_fire_answers_with_its_runs_once_they_are_planned(farm: Any) -> None:
    over = threading.Event()
    dispatcher = threading.Thread(target=dispatch_elsewhere, args=[over])
    dispatcher.start()
    body = {"rung": "live", "event": SUBMIT}
    try:
        answer = farm.post("/api/fire", body).json()
    finally:
        over.set()
        dispatcher.join()
    assert answer["runs"] == [str(run.pk) for run in Run.objects.all()]
    assert len(answer["runs"]) == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"event": SUBMIT}, "rung"),
        ({"rung": "loud", "event": SUBMIT}, "rung"),
        ({"rung": "match"}, "event"),
        ({"rung": "match", "event": []}, "event"),
        ({"rung": "match", "event": {**SUBMIT, "type": "x"}}, "event.type"),
        ({"rung": "match", "event": {**SUBMIT, "job": {}}}, "event.job.id"),
        ({"rung": "match", "event": SUBMIT, "callback": "../x"}, "callback"),
        ({"rung": "match", "event": SUBMIT, "callback": 5}, "callback"),
        ({"rung": "match", "event": SUBMIT, "more": 5}, "more"),
    ],
    ids=str,
)
def test_malformed_input_is_422(farm: Any, body: Any, path: str) -> None:
    answer = farm.post("/api/fire", body)
    assert answer.status_code == 422
    assert path in [problem["path"] for problem in answer.json()]
    assert not EventRecord.objects.exists()


@pytest.mark.parametrize("attached", ["x", 7, True, {"id": 0}, {}])
def test_a_malformed_attached_job_is_422(farm: Any, attached: Any) -> None:
    answer = farm.post("/api/match", {"event": SUBMIT, "attached": attached})
    assert answer.status_code == 422
    assert answer.json()[0]["path"].startswith("attached")
