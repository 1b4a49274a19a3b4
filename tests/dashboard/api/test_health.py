"""What watches the service is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dashboard.machine import room
from tests.dashboard import factories


@pytest.fixture(autouse=True)
def room_to_write() -> None:
    """Whatever earlier tests were refused is forgotten."""
    room.ROOM.found()


@pytest.mark.django_db
class TestHealthz:
    """Without a token, and without a secret."""

    def test_nobody_works(self) -> None:
        answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "down")

    def test_a_503_that_is_meant_fills_no_log(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level("DEBUG", "django.request"):
            assert Client().get("/healthz").status_code == 503
            assert Client().get("/nowhere").status_code == 404
        assert [record.message for record in caplog.records] == ["Not Found: /nowhere"]

    def test_somebody_works(self) -> None:
        factories.heartbeat()
        factories.event(planned_at=None)
        factories.run(state="queued")
        answer = Client().get("/healthz")
        said = answer.json()
        assert (answer.status_code, said["status"]) == (200, "ok")
        assert (said["backlog"], said["queued"], said["running"]) == (1, 1, 0)
        assert (said["dispatcher"], said["workers"]) == (True, 1)

    def test_a_heartbeat_of_long_ago_is_no_sign_of_life(self) -> None:
        factories.heartbeat(beat_at=timezone.now() - timedelta(minutes=1))
        said = Client().get("/healthz").json()
        assert said["status"] == "down"
        assert said["last_heartbeat"]

    def test_a_part_in_trouble_is_named(self) -> None:
        details = {"trouble": {"dispatching": "a sentence with /a/path"}}
        factories.heartbeat(details=details)
        answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (200, "trouble")
        assert "/a/path" not in answer.content.decode()

    def test_a_full_disk_is_told_before_anybody_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        factories.heartbeat()
        assert Client().get("/healthz").json()["full"] is False
        monkeypatch.setattr(room, "LEAST", 2**80)
        answer = Client().get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "full")

    def test_a_data_directory_that_is_gone_is_another_trouble(
        self, settings: Any, tmp_path: Path
    ) -> None:
        factories.heartbeat()
        settings.DATA = tmp_path / "gone"
        assert Client().get("/healthz").json()["full"] is False

    @pytest.mark.django_db(transaction=True)
    def test_a_refusal_counts_until_something_is_written_or_it_is_old(
        self, monkeypatch: pytest.MonkeyPatch, operator: Any
    ) -> None:
        factories.heartbeat()
        room.ROOM.refused()
        assert Client().get("/healthz").json()["status"] == "full"
        event = {"name": "failed", "type": "job", "job": {"id": 1}}
        assert operator.post("/api/events", event).status_code == 202
        assert Client().get("/healthz").json()["status"] == "ok"
        room.ROOM.refused()
        monkeypatch.setattr(room, "RECENT", 0.0)
        assert Client().get("/healthz").json()["status"] == "ok"

    def test_it_says_which_rule_of_qb_conf_holds(
        self, callbacks: Path, settings: Any
    ) -> None:
        assert Client().get("/healthz").json()["qb_conf"]["found"] is False
        qb_conf = callbacks.parent / "none.conf"
        qb_conf.write_text("supervisor_language_flags = python\n")
        said = Client().get("/healthz").json()["qb_conf"]
        assert (said["found"], said["languages"]) == (True, ["python"])

    def test_no_path_is_shown(self, callbacks: Path) -> None:
        assert str(callbacks.parent) not in Client().get("/healthz").content.decode()

    def test_it_takes_no_post(self) -> None:
        assert Client().post("/healthz").status_code == 405


class TestMetrics:
    """For Prometheus."""

    def test_it_wants_a_token(self, caller: Any) -> None:
        assert caller(None).get("/metrics").status_code == 401
        assert caller("intake").get("/metrics").status_code == 403
        assert caller("viewer").get("/metrics").status_code == 200

    def test_what_ended_today_is_counted_from_roll_ups(self, operator: Any) -> None:
        factories.roll_up(succeeded=3, failed=2)
        factories.roll_up(hours_ago=48, succeeded=100)
        text = operator.get("/metrics").content.decode()
        labels = f'directory="{factories.DIRECTORY}",file="mail.py"'
        assert f'qubecb_runs_total{{{labels},state="succeeded"}} 3.0' in text
        assert f'qubecb_runs_total{{{labels},state="failed"}} 2.0' in text

    def test_what_was_kept_back_today_is_counted_by_callback_and_code(
        self, operator: Any
    ) -> None:
        factories.roll_up(kept_back={"paused": 3})
        factories.roll_up(trigger="done-job-self", kept_back={"paused": 2})
        factories.roll_up(file="a.pl", kept_back={"language-disabled": 1})
        factories.roll_up(file="b.py")
        factories.roll_up(hours_ago=48, kept_back={"paused": 100})
        text = operator.get("/metrics").content.decode()
        place = f'directory="{factories.DIRECTORY}"'
        for code, file, count in (
            ("paused", "mail.py", 5.0),
            ("language-disabled", "a.pl", 1.0),
        ):
            labels = f'code="{code}",{place},file="{file}"'
            assert f"qubecb_kept_back_total{{{labels}}} {count}" in text
        assert text.count("qubecb_kept_back_total{") == 2

    def test_what_waits_is_counted(self, operator: Any) -> None:
        factories.event(planned_at=None)
        factories.run(state="running")
        factories.run(state="failed")
        text = operator.get("/metrics").content.decode()
        assert "qubecb_events_waiting 1.0" in text
        assert "qubecb_runs_open 1.0" in text
        assert "qubecb_runs_running 1.0" in text
        assert "qubecb_up 0.0" in text

    def test_a_full_disk_is_not_up(
        self, operator: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        factories.heartbeat()
        assert "qubecb_up 1.0" in operator.get("/metrics").content.decode()
        monkeypatch.setattr(room, "LEAST", 2**80)
        assert "qubecb_up 0.0" in operator.get("/metrics").content.decode()

    def test_durations_are_a_histogram(self, operator: Any) -> None:
        factories.roll_up()
        text = operator.get("/metrics").content.decode()
        assert 'qubecb_run_seconds_bucket{le="0.005"} 1.0' in text
        assert 'qubecb_run_seconds_bucket{le="+Inf"} 1.0' in text
