"""`POST /api/backtest` and `GET /api/backtests/ID`: what an edit would have done."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dashboard.models import BacktestRecord
from dashboard.service import answering
from dashboard.store.configuration.editing import observe_all
from dashboard.store.past import questions
from tests.dashboard.api.test_firing import COMPLETE, SUBMIT, dispatch

EDIT = "submitted.py = complete-job-self\nnew.py = submit-job-self\n"


@pytest.fixture
def farm(operator: Any, callbacks: Path) -> Path:
    """Job 5042 was submitted, and completed."""
    observe_all()
    for event in ({**SUBMIT, "id": "e-1"}, {**COMPLETE, "id": "e-2"}):
        assert operator.post("/api/events", event).status_code == 202
    dispatch()
    return callbacks


@pytest.fixture
def editor(caller: Any) -> Any:
    return caller("editor")


def asked(editor: Any, **changes: Any) -> Any:
    body = {"config": EDIT, "since": "1h", **changes}
    return editor.post("/api/backtest", body)


def computed(editor: Any, **changes: Any) -> dict[str, Any]:
    """Ask for a backtest, let it be computed, and give what comes out."""
    answer = asked(editor, **changes)
    assert answer.status_code == 202
    claimed = questions.claim()
    assert claimed is not None
    answering.answer(claimed)
    identity = answer.json()["id"]
    found: dict[str, Any] = editor.get(f"/api/backtests/{identity}").json()
    return found


def test_it_tells_what_is_the_same_gained_and_lost(farm: Path, editor: Any) -> None:
    found = computed(editor)
    assert (found["state"], found["progress"], found["events"]) == ("done", 1.0, 2)
    told = {each["file"]: each for each in found["callbacks"]}
    assert set(told) >= {"submitted.py", "new.py", "mail-status.qcb"}
    assert told["submitted.py"]["before"] == told["submitted.py"]["after"] == 1
    assert told["submitted.py"]["same"] == 0
    assert told["submitted.py"]["lost_were"] == {"queued": 1}
    assert told["submitted.py"]["gained_examples"] == [{"event": "e-2", "job": 5042}]
    assert told["new.py"]["gained_examples"] == [{"event": "e-1", "job": 5042}]


def test_until_is_fixed_when_it_is_asked_for(
    farm: Path, editor: Any, operator: Any
) -> None:
    answer = asked(editor)
    event = {**COMPLETE, "id": "e-3"}
    assert operator.post("/api/events", event).status_code == 202
    dispatch()
    claimed = questions.claim()
    assert claimed is not None
    answering.answer(claimed)
    found = editor.get(f"/api/backtests/{answer.json()['id']}").json()
    assert (found["events"], found["newer_events"]) == (2, 1)


def test_it_is_stale_once_another_text_is_saved(farm: Path, editor: Any) -> None:
    found = computed(editor)
    (farm / "callbacks.conf").write_text("mail-status.qcb = done-job-self\n")
    observe_all()
    (record,) = BacktestRecord.objects.all()
    again = editor.get(f"/api/backtests/{record.pk}").json()
    assert (found["state"], again["state"]) == ("done", "stale")


def test_it_ends_when_nobody_asks_for_it(farm: Path, editor: Any) -> None:
    asked(editor)
    claimed = questions.claim()
    assert claimed is not None
    assert questions.go_on(claimed, 0.5)
    long_ago = timezone.now() - timedelta(seconds=questions.PATIENCE + 1)
    BacktestRecord.objects.update(asked_at=long_ago)
    assert not questions.go_on(claimed, 0.6)


def test_who_asks_keeps_it_going(farm: Path, editor: Any) -> None:
    identity = asked(editor).json()["id"]
    claimed = questions.claim()
    assert claimed is not None
    long_ago = timezone.now() - timedelta(seconds=questions.PATIENCE + 1)
    BacktestRecord.objects.update(asked_at=long_ago)
    found = editor.get(f"/api/backtests/{identity}").json()
    assert (found["state"], found["callbacks"]) == ("running", [])
    assert questions.go_on(claimed, 0.5)


def test_one_whose_process_ended_has_failed_and_says_so(
    farm: Path, editor: Any
) -> None:
    identity = asked(editor).json()["id"]
    assert questions.claim() is not None
    questions.give_up_running()
    found = editor.get(f"/api/backtests/{identity}").json()
    assert (found["state"], found["reason"]) == ("failed", questions.DIED)


def test_only_who_may_edit_asks(farm: Path, operator: Any) -> None:
    body = {"config": EDIT, "since": "1h"}
    assert operator.post("/api/backtest", body).status_code == 403
    assert operator.get("/api/backtests/1").status_code == 403


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("config", {"config": None}),
        ("since", {"since": "tomorrow"}),
        ("since", {"since": None}),
        ("since", {"until": "2h"}),
        ("binding", {"binding": "sometimes"}),
        ("directory", {"directory": "/nowhere"}),
        ("more", {"more": 1}),
    ],
)
def test_what_is_wrong_is_said(
    farm: Path, editor: Any, path: str, changes: dict[str, Any]
) -> None:
    answer = asked(editor, **changes)
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()] == [path]


@pytest.mark.parametrize("identity", ["1", "x", "99999999999999999999"])
def test_one_that_there_is_not_is_not_found(
    farm: Path, editor: Any, identity: str
) -> None:
    assert editor.get(f"/api/backtests/{identity}").status_code == 404


def test_the_command_prints_the_same(farm: Path, tmp_path: Path) -> None:
    edit, out = tmp_path / "edited.conf", StringIO()
    edit.write_text(EDIT)
    own = (str(farm), str(edit), "--since", "1h")
    call_command("backtest", *own, "--format", "json", stdout=out)
    assert json.loads(out.getvalue())["events"] == 2
    call_command("backtest", *own, stdout=out)
    assert "new.py: 0 runs, with the edit 1 (+1 -0)" in out.getvalue()


def test_the_command_says_what_is_wrong(farm: Path) -> None:
    with pytest.raises(CommandError, match="is not a callback directory"):
        call_command("backtest", "/nowhere", "-", "--since", "1h")
    with pytest.raises(CommandError, match="--since"):
        call_command("backtest", str(farm), "-", "--since", "soon")


def test_who_asked_cancels_it(farm: Path, editor: Any, caller: Any) -> None:
    identity = asked(editor).json()["id"]
    assert (
        caller("administrator").delete(f"/api/backtests/{identity}").status_code == 403
    )
    assert editor.delete(f"/api/backtests/{identity}").json()["state"] == "failed"
    assert questions.claim() is None
