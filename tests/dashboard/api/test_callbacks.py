"""Callbacks are listed and checked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from dashboard.store.configuration import pauses
from tests.dashboard.factories import JO


def test_every_mapping_is_listed_in_order(operator: Any, callbacks: Path) -> None:
    items = operator.get("/api/callbacks").json()["items"]
    assert [item["file"] for item in items] == [
        *("submitted.py", "mail-status.qcb", "checkWork.pl", "both.py", "broken.py")
    ]
    assert items[0] == {
        "directory": str(callbacks),
        "directory_name": "callback",
        "file": "submitted.py",
        "language": "python",
        "trigger": "submit-job-self",
        "line": 1,
        "paused": False,
        "findings": [],
    }


def test_bytes_that_are_not_text_are_shown_by_their_code(
    operator: Any, callbacks: Path
) -> None:
    (callbacks / "callbacks.conf").write_bytes(b"a.py = submit-job-self \xe9\n")
    answer = operator.get("/api/callbacks")
    assert answer.json()["items"][0]["trigger"] == "submit-job-self \\udce9"


def test_findings_stand_with_their_mapping(operator: Any, callbacks: Path) -> None:
    broken = operator.get("/api/callbacks").json()["items"][-1]
    assert [finding["severity"] for finding in broken["findings"]] == ["error"]


@pytest.mark.parametrize("file", ["submitted.py", None])
def test_a_pause_shows(operator: Any, callbacks: Path, file: str | None) -> None:
    pauses.pause(str(callbacks), file, "mail server is down", None, JO)
    assert operator.get("/api/callbacks").json()["items"][0]["paused"] is True


def test_a_directory_that_vanished_is_no_error(operator: Any, callbacks: Path) -> None:
    shutil.rmtree(callbacks)
    assert operator.get("/api/callbacks").json() == {"items": []}
    findings = operator.post("/api/check", {}).json()["findings"]
    assert findings[0]["severity"] == "error"


class TestCheck:
    """The checker."""

    def test_what_is_saved_is_checked(self, operator: Any, callbacks: Path) -> None:
        for body in ("", {}, {"directory": str(callbacks)}):
            findings = operator.post("/api/check", body).json()["findings"]
            assert [
                each["line"] for each in findings if each["severity"] == "error"
            ] == [5]

    def test_an_edit_is_checked(self, caller: Any, callbacks: Path) -> None:
        body = {"config": "submitted.py = failled-job-self\n"}
        findings = caller("editor").post("/api/check", body).json()["findings"]
        assert "failed" in str([each for each in findings if each["line"] == 1])

    def test_an_edit_needs_the_right_to_edit(
        self, operator: Any, callbacks: Path
    ) -> None:
        answer = operator.post("/api/check", {"config": ""})
        assert answer.status_code == 403
        assert "needs the right editor" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("body", "path"),
        [
            ({"directory": "/etc"}, "directory"),
            ({"directory": "../../etc"}, "directory"),
            ({"directory": "a\0b"}, "directory"),
            ({"directory": 5}, "directory"),
            ({"config": 5}, "config"),
            ({"config": "\ud800"}, "config"),
            ({"text": ""}, "text"),
            ([], ""),
            ("{", ""),
        ],
        ids=str,
    )
    def test_malformed_input_is_422(
        self, caller: Any, callbacks: Path, body: Any, path: str
    ) -> None:
        answer = caller("editor").post("/api/check", body)
        assert answer.status_code == 422
        assert answer.json()[0]["path"] == path

    def test_a_text_too_large_is_a_finding(self, caller: Any, callbacks: Path) -> None:
        body = {"config": "#" * (2 * 1024 * 1024)}
        findings = caller("editor").post("/api/check", body).json()["findings"]
        assert findings[0]["severity"] == "error"
