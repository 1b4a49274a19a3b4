"""The example directory is the documentation's, and each of its callbacks does its work."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.order import Order
from qubecb.runner.qcb.code_strings import parse_code
from tests.core.runner.children import INSIDE, Talk, converse, order

EXAMPLES = Path(__file__).parents[2] / "examples/callback"
DOCUMENTED = """\
#
# callbacks.conf
#
# syntax of this file is :
# filename = triggers
#
logFailuresToDB.py = failed-job-self
mail-status.qcb = done-job-self
checkWork.pl = done-work-self-*
submitted.py = submit-job-self
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLES, tmp_path / "callback")


def run(script: Path, asked: Order, to: MemoryFarm) -> Talk:
    if script.suffix == ".pl":
        command = ["perl", "-I", str(INSIDE), "-Mqb", str(script)]
        return converse(command, asked, to)
    command = [sys.executable, str(script)]
    return converse(command, asked, to, PYTHONPATH=str(INSIDE))


def job_with(item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": 1234,
        "name": "shot_010",
        "pgrp": 1230,
        "user": "jo",
        "status": "running",
        "agenda": [{"name": "7", "status": "complete", **item}, {"name": "8"}],
        **changes,
    }


def check_work(directory: Path, *jobs: dict[str, Any]) -> tuple[Talk, MemoryFarm]:
    farm = MemoryFarm(*jobs)
    asked = order("complete", "work", "7", job={"agenda": []})
    return run(directory / "checkWork.pl", asked, farm), farm


def test_callbacks_conf_is_the_documentations() -> None:
    assert (EXAMPLES / "callbacks.conf").read_bytes() == DOCUMENTED.encode()


def test_mail_status_is_one_code_string() -> None:
    lines, problems = parse_code((EXAMPLES / "mail-status.qcb").read_text())
    assert ([line.code.text for line in lines], problems) == (["mail-status"], [])


def test_submitted_writes_its_line(directory: Path) -> None:
    farm = MemoryFarm({"id": 1234, "name": "shot_010"})
    asked = order("submit", "job", None)
    for _ in range(2):
        assert run(directory / "submitted.py", asked, farm).status == 0
    written = (directory / "submitted.log").read_text()
    assert written == "submitted 1234: shot_010\n" * 2


def test_submitted_writes_the_traceback_when_the_job_is_gone(directory: Path) -> None:
    asked = order("submit", "job", None)
    assert run(directory / "submitted.py", asked, MemoryFarm()).status == 0
    assert "IndexError" in (directory / "submitted.log").read_text()


def test_a_failure_is_a_row(directory: Path) -> None:
    item = {"status": "failed", "host": "render01"}
    farm = MemoryFarm(job_with(item, status="failed", prototype="maya"))
    talk = run(directory / "logFailuresToDB.py", order("failed", "job", None), farm)
    assert (talk.output, talk.status) == ("kept the failure of job 1234, shot_010\n", 0)
    with closing(sqlite3.connect(directory / "failures.sqlite3")) as database:
        rows = database.execute("SELECT * FROM failures").fetchall()
    assert rows == [(1.0, 1234, "shot_010", "jo", "/", "maya", "7", "render01")]


def test_a_failure_of_a_job_that_is_gone_is_no_row(directory: Path) -> None:
    asked = order("failed", "job", None)
    talk = run(directory / "logFailuresToDB.py", asked, MemoryFarm())
    assert (talk.output, talk.status) == ("job 1234 is gone, nothing to keep\n", 0)


def test_a_whole_frame_lets_the_composite_frame_go(directory: Path) -> None:
    image = directory / "7.exr"
    image.write_text("pixels")
    composite = {
        "id": 1235,
        "pgrp": 1230,
        "label": "composite",
        "status": "running",
        "agenda": [{"name": "7", "status": "blocked"}],
    }
    item = {"resultpackage": {"outputPaths": str(image)}}
    talk, farm = check_work(directory, job_with(item), composite)
    assert talk.output == f"frame 7 is whole: {image}\nreleased 1235:7\n"
    assert farm.records[1235].items[0].status == "pending"


@pytest.mark.parametrize("content", [None, ""])
def test_a_missing_or_empty_image_is_rendered_again(
    directory: Path, content: str | None
) -> None:
    image = directory / "7.exr"
    if content is not None:
        image.write_text(content)
    item = {"package": {"outputPath": str(image)}, "count": 1}
    talk, farm = check_work(directory, job_with(item))
    assert "sent back to be rendered again" in talk.output
    assert farm.records[1234].items[0].status == "pending"


def test_the_third_failure_is_noted(directory: Path) -> None:
    item = {"package": {"outputPath": "/nowhere/7.exr"}, "count": 3}
    talk, farm = check_work(directory, job_with(item, notes="for Ann"))
    assert "given up" in talk.output
    notes = farm.records[1234].job.fields["notes"]
    assert notes == "for Ann\nframe 7: missing or empty: /nowhere/7.exr"


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"status": "killed"}, "frame 7 is killed, nothing to check\n"),
        ({}, "frame 7 names no output files, nothing to check\n"),
    ],
)
def test_what_cannot_be_checked_is_left_alone(
    directory: Path, item: dict[str, Any], says: str
) -> None:
    talk, farm = check_work(directory, job_with(item))
    assert (talk.output, talk.status) == (says, 0)
    assert (talk.conversation.actions, farm.events) == ([], [])
