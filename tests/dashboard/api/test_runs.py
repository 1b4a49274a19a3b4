"""Runs are listed, shown, followed and replayed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.models import AuditEntry, EventRecord, Run
from tests.dashboard import factories

KEYS = {
    *("id", "state", "reason", "test", "callback", "trigger", "event", "job"),
    *("revision", "queued_at", "started_at", "ended_at", "seconds", "exit", "actions"),
}


def listed(operator: Any, **filters: Any) -> list[str]:
    """The files of the runs that the list gives."""
    items = operator.get("/api/runs", **filters).json()["items"]
    return [item["callback"]["file"] for item in items]


def test_a_run_has_every_key(operator: Any) -> None:
    run = factories.run(
        exit=0, actions=[{"verb": "unblock", "targets": ["7"], "applied": ["7.0"]}]
    )
    (item,) = operator.get("/api/runs").json()["items"]
    assert set(item) >= KEYS
    assert item["id"] == str(run.pk)
    assert item["callback"] == {
        "directory": factories.DIRECTORY,
        "directory_name": None,
        "file": "mail.py",
    }
    assert item["event"]["spec"] == "failed-job"
    assert item["actions"][0]["applied"] == ["7.0"]
    assert item["queued_at"].endswith("Z")


def test_the_newest_come_first_and_the_cursor_goes_on(operator: Any) -> None:
    ids = [str(factories.run().pk) for _ in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = operator.get("/api/runs", limit=2, **cursor).json()
        seen += [item["id"] for item in page["items"]]
        cursor = {"cursor": page["next"]}
    assert seen == ids[::-1]
    assert page["next"] is None


@pytest.mark.parametrize(
    "filters",
    [
        {"state": "failed"},
        {"state": "failed,lost"},
        {"state": ["failed", "crashed"]},
        {"callback": "wanted.py"},
        {"callback": f"{factories.DIRECTORY}/wanted.py"},
        {"trigger": "done-job-self"},
        {"job": "77"},
        {"user": "ann"},
        {"event": "wanted-id"},
        {"event": "running"},
        {"test": "true"},
        {"until": (timezone.now() - timedelta(hours=1)).isoformat()},
        {"until": str(timezone.now().timestamp() - 3600)},
        {"text": "disk is full"},
    ],
)
def test_each_filter_finds_its_run(operator: Any, filters: Any) -> None:
    cause = factories.event(name="running", job_id=77, event_id="wanted-id")
    factories.run()
    factories.run(
        of=cause,
        state="failed",
        file="wanted.py",
        trigger="done-job-self",
        user="ann",
        test=True,
        reason="the disk is full",
        queued_at=timezone.now() - timedelta(hours=2),
    )
    assert listed(operator, **filters) == ["wanted.py"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "broken"),
        ("job", "007"),
        ("job", "x y"),
        ("test", "perhaps"),
        ("job", str(2**63)),
        ("job", "-1"),
        ("since", "yesterday-ish"),
        ("since", "999999999999"),
        ("since", "253402300800"),
        ("since", "99999999999999999"),
        ("since", "-1"),
        ("since", "NaN"),
        ("since", "inf"),
        ("until", "1e400"),
        ("until", "9999-12-31T23:59:59-14:00"),
        ("limit", "9" * 5000),
        ("limit", "-1"),
        ("cursor", str(2**63)),
        ("user", "a\0b"),
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "ten"),
        ("limit", "٣"),
        ("cursor", "abc"),
        ("cursor", "9" * 30),
        ("stat", "failed"),
        ("text", "a\0b"),
    ],
)
def test_a_malformed_parameter_is_422(operator: Any, name: str, value: str) -> None:
    answer = operator.get("/api/runs", **{name: value})
    assert answer.status_code == 422
    assert answer.json()[0]["path"] == name


def test_the_list_costs_the_same_for_one_run_and_for_three(operator: Any) -> None:
    factories.run()
    operator.get("/api/runs")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            operator.get("/api/runs")
        counts.append(len(queries))
        factories.run()
        factories.run()
    assert counts == [3, 3]


def test_one_run_has_its_output(operator: Any) -> None:
    run = factories.run(notes=["a note"])
    factories.output(run, b"hello \xff\n")
    shown = operator.get(f"/api/runs/{run.pk}").json()
    assert shown["output"] == "hello \ufffd\n"
    assert shown["notes"] == ["a note"]


@pytest.mark.parametrize(
    "identity", ["0", "77", "x", "-1", "1.5", "9" * 30, "٣", "%00"]
)
@pytest.mark.parametrize("ending", ["", "/output"])
def test_a_run_that_there_is_not_is_404(
    operator: Any, identity: str, ending: str
) -> None:
    answer = operator.get(f"/api/runs/{identity}{ending}")
    assert answer.status_code == 404
    assert answer.json()["detail"]


class TestOutput:
    """The output by offset."""

    def test_the_whole_is_given(self, operator: Any) -> None:
        run = factories.run()
        factories.output(run, b"x" * 200_000)
        answer = operator.get(f"/api/runs/{run.pk}/output")
        assert answer.content == b"x" * 200_000
        assert (answer["X-Next-Offset"], answer["X-Ended"]) == ("200000", "true")
        assert answer["Content-Type"] == "text/plain; charset=utf-8"

    def test_an_offset_goes_on(self, operator: Any) -> None:
        run = factories.run()
        factories.output(run, b"0123456789")
        answer = operator.get(f"/api/runs/{run.pk}/output", offset=7)
        assert answer.content == b"789"

    def test_what_was_cut_is_said_once(self, operator: Any) -> None:
        run = factories.run()
        factories.output(run, b"head", tail=b"tail", total=1000)
        answer = operator.get(f"/api/runs/{run.pk}/output")
        assert answer.content.startswith(b"head\n[... 992 of 1000 bytes left out ...]")
        assert answer.content.endswith(b"tail")
        assert answer["X-Next-Offset"] == "1000"

    def test_a_run_that_goes_on_has_not_ended(self, operator: Any) -> None:
        run = factories.run(state="running")
        answer = operator.get(f"/api/runs/{run.pk}/output")
        assert (answer["X-Next-Offset"], answer["X-Ended"]) == ("0", "false")

    @pytest.mark.parametrize("offset", ["-1", "x", "1.5", "9" * 30])
    def test_a_malformed_offset_is_422(self, operator: Any, offset: str) -> None:
        run = factories.run()
        answer = operator.get(f"/api/runs/{run.pk}/output", offset=offset)
        assert answer.status_code == 422


class TestReplay:
    """Running again."""

    def test_a_run_is_queued_again_and_that_is_recorded(self, operator: Any) -> None:
        run = factories.run(state="failed")
        answer = operator.post(f"/api/runs/{run.pk}/replay")
        assert answer.status_code == 202
        (new,) = answer.json()["runs"]
        assert Run.objects.get(pk=new).replay_of == run.pk
        assert AuditEntry.objects.filter(act="replay").count() == 1

    def test_what_was_suppressed_is_discarded_once(self, operator: Any) -> None:
        run = factories.run(state="suppressed")
        address = f"/api/runs/{run.pk}/discard"
        answer = operator.post(address)
        assert (answer.status_code, answer.json()) == (200, {"runs": [str(run.pk)]})
        assert operator.post(address).status_code == 409
        assert AuditEntry.objects.filter(act="discard").count() == 1

    def test_a_replay_sent_again_is_answered_with_the_same_run(
        self, operator: Any
    ) -> None:
        run = factories.run(state="failed")
        address = f"/api/runs/{run.pk}/replay?seen=0"
        once, twice = (operator.post(address).json()["runs"] for _ in range(2))
        assert (
            once == twice == operator.get(f"/api/runs/{run.pk}").json()["replayed_as"]
        )
        Run.objects.filter(replay_of=run.pk).update(state="failed")
        assert operator.post(f"/api/runs/{run.pk}/replay?seen={once[0]}").json()
        assert Run.objects.filter(replay_of=run.pk).count() == 2

    def test_while_a_replay_has_not_ended_there_is_no_other(
        self, operator: Any
    ) -> None:
        run = factories.run(state="failed")
        address = f"/api/runs/{run.pk}/replay"
        (new,) = operator.post(address).json()["runs"]
        answer = operator.post(address)
        assert answer.status_code == 409
        assert f"Run {new} replays it" in answer.json()["detail"]
        assert Run.objects.count() == 2

    def test_a_replay_that_is_kept_back_says_so(self, operator: Any) -> None:
        run = factories.run(state="failed")
        factories.pause(reason="too loud", author="ana")
        told = operator.post(f"/api/runs/{run.pk}/replay").json()
        assert told["kept_back"] == "mail.py is paused by ana: too loud"
        assert Run.objects.get(pk=told["runs"][0]).state == "suppressed"

    @pytest.mark.parametrize("change", [{"state": "running"}, {"simulate": True}])
    def test_what_cannot_be_replayed_is_409(self, operator: Any, change: Any) -> None:
        run = factories.run(**change)
        answer = operator.post(f"/api/runs/{run.pk}/replay")
        assert answer.status_code == 409
        assert Run.objects.count() == 1

    def test_a_viewer_replays_nothing(self, caller: Any) -> None:
        run = factories.run()
        assert caller("viewer").post(f"/api/runs/{run.pk}/replay").status_code == 403


def test_a_live_fire_is_a_test_to_programs(operator: Any) -> None:
    fired = factories.run(test=True)
    simulated = factories.run(test=True, simulate=True)
    farm = factories.run()

    def ids(value: str) -> list[str]:
        items = operator.get("/api/runs", test=value).json()["items"]
        return [each["id"] for each in items]

    assert ids("true") == [str(simulated.pk), str(fired.pk)]
    assert ids("false") == [str(farm.pk)]
    assert operator.get("/api/runs", test="fired").status_code == 422


class TestDismiss:
    """Nobody has to look at it."""

    def test_a_run_that_is_open_is_settled_with_a_reason(self, operator: Any) -> None:
        run = factories.run(state="failed")
        address = f"/api/runs/{run.pk}/dismiss"
        answer = operator.post(address, {"reason": "the shot was cut"})
        assert answer.status_code == 200
        told = answer.json()
        assert (told["id"], told["state"]) == (str(run.pk), "failed")
        assert (told["settled"], told["settled_reason"]) == (
            "dismissed",
            "the shot was cut",
        )
        assert told["settled_by"] == AuditEntry.objects.get(act="dismiss").actor
        assert operator.post(address, {"reason": "again"}).status_code == 409

    @pytest.mark.parametrize(
        "body",
        [{}, {"reason": ""}, {"reason": "  "}, {"reason": 7}, {"reason": "x" * 501}],
    )
    def test_without_a_reason_it_is_422(self, operator: Any, body: Any) -> None:
        run = factories.run(state="failed")
        answer = operator.post(f"/api/runs/{run.pk}/dismiss", body)
        assert (answer.status_code, answer.json()[0]["path"]) == (422, "reason")
        run.refresh_from_db()
        assert run.open

    @pytest.mark.parametrize("state", ["succeeded", "running", "cancelled"])
    def test_what_is_not_open_is_409(self, operator: Any, state: str) -> None:
        run = factories.run(state=state)
        answer = operator.post(f"/api/runs/{run.pk}/dismiss", {"reason": "known"})
        assert answer.status_code == 409

    def test_a_viewer_dismisses_nothing(self, caller: Any) -> None:
        run = factories.run(state="failed")
        address = f"/api/runs/{run.pk}/dismiss"
        assert caller("viewer").post(address, {"reason": "x"}).status_code == 403


def test_the_list_gives_what_is_open_and_what_settled_the_rest(operator: Any) -> None:
    opened = factories.run(state="failed")
    good = factories.run(state="failed", settled="made-good", settled_by="9")
    factories.run()

    def ids(value: str) -> list[str]:
        return [
            each["id"] for each in operator.get("/api/runs", open=value).json()["items"]
        ]

    assert ids("true") == [str(opened.pk)]
    assert str(opened.pk) not in ids("false")
    told = {each["id"]: each for each in operator.get("/api/runs").json()["items"]}
    assert told[str(opened.pk)]["settled"] is None
    assert told[str(good.pk)]["settled"] == "made-good"
    assert told[str(good.pk)]["settled_by"] == "9"
    assert operator.get("/api/runs", open="perhaps").status_code == 422


def test_a_run_names_its_revision_by_id_and_by_number(operator: Any) -> None:
    factories.revision([], "/elsewhere")
    revision = factories.revision([], number=3)
    run = factories.run(revision=revision.pk)
    gone = factories.run(revision=999_999)
    told = {each["id"]: each for each in operator.get("/api/runs").json()["items"]}
    named = told[str(run.pk)]
    assert (named["revision"], named["revision_number"]) == (revision.pk, 3)
    assert told[str(gone.pk)]["revision_number"] is None
    assert operator.get(f"/api/runs/{run.pk}").json()["revision_number"] == 3


TWICE = "complete-work-self-1 && complete-job-parent"


def satisfied(event: EventRecord | None, spec: str) -> list[Any]:
    """An entry of a run as it is stored."""
    if event is None:
        return [spec, None, None, None]
    return [spec, event.sequence, event.event_id, str(event.accepted_at)]


def test_a_run_of_several_events_says_which_satisfied_what(operator: Any) -> None:
    first, last = factories.event(), factories.event(job_id=7)
    by = [
        satisfied(None, "failed-job-self"),
        satisfied(first, "complete-work-self-1"),
        satisfied(last, "complete-job-parent"),
    ]
    run = factories.run(trigger=TWICE, satisfied_by=by, of=last)
    first.delete()
    found = operator.get(f"/api/runs/{run.pk}").json()["satisfied_by"]
    assert [(each["spec"], each["event"]) for each in found] == [
        ("failed-job-self", None),
        ("complete-work-self-1", first.event_id),
        ("complete-job-parent", last.event_id),
    ]
    assert found[0]["at"] is None
    assert found[2]["at"] == last.accepted_at.isoformat().replace("+00:00", "Z")


def test_what_satisfied_a_run_is_empty_without_and_null_where_it_is_not_known(
    operator: Any,
) -> None:
    for trigger, expected in (("failed-job-self", []), (TWICE, None)):
        run = factories.run(trigger=trigger)
        assert operator.get(f"/api/runs/{run.pk}").json()["satisfied_by"] == expected


def test_lists_read_nothing_of_what_satisfied_runs(operator: Any) -> None:
    factories.run(trigger=TWICE, satisfied_by=[satisfied(factories.event(), "x")])
    with CaptureQueriesContext(connection) as captured:
        (item,) = operator.get("/api/runs").json()["items"]
    assert "satisfied_by" not in item
    assert not any("satisfied_by" in each["sql"] for each in captured)
