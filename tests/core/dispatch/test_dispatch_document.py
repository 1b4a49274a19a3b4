"""docs/dispatch.md names every reason that can be given, and none that cannot."""

from __future__ import annotations

import re
from pathlib import Path

from qubecb.dispatch.ports.jobs import ProgressKey
from qubecb.dispatch.spool import IN_THE_MAKING
from qubecb.dispatch.spool_file import SpoolFile
from qubecb.dispatch.verdict import Obstacle
from qubecb.jobs import Job
from tests.core.dispatch.rows import CAST, ROWS
from tests.core.dispatch.test_rows import explained
from tests.core.why.test_matching import BOTH, FOLDER, match

DOCUMENT = Path(__file__).parents[3] / "docs" / "dispatch.md"


def documented() -> dict[str, re.Pattern[str]]:
    """The reasons of the first table, `…` standing for anything."""
    table = DOCUMENT.read_text("utf-8").split("| the reason |")[1]
    reasons = re.findall(r"^\| (.+?) \| ", table, re.MULTILINE)
    return {
        reason: re.compile(".+".join(map(re.escape, reason.split("…"))) + "(; .+)?\\Z")
        for reason in reasons
    }


def given() -> set[str]:
    """Every kind of reason against satisfying an event spec."""
    matches = [explained(row) for row in ROWS]
    remembered = {ProgressKey(100, FOLDER, "a.py", BOTH): {"complete-job-parent": 1}}
    done = Job(100, status="complete")
    matches += [
        match("failed-job-parent", "failed-job", 50, attached=CAST[105]),
        match("failed-job-x", "failed-job", 90, related=()),
        match("failed-job-self", "failed-job", uncounted=Obstacle.BEFORE_SUBMISSION),
        match("failed-job-self", "failed-job", uncounted=Obstacle.REMOVED),
        match("dummy-repeat-self-5-10", "dummy-repeat-5-10", attached=done),
        match("dummy-time-self-5", "failed-job"),
        match("globaltime-5", "dummy-globaltime-5", 0),
        match("globaltime-5 || done-job-self", "dummy-globaltime-5", 0, attached=None),
        match("dummy-time-self-5", "dummy-time-6"),
        match("dummy-time-self-5 || failed-job-self", "dummy-time-5", 0, attached=None),
        match(BOTH, "complete-job", memory=remembered),
    ]
    return {
        verdict.reason
        for found in matches
        for verdict in found.specs
        if verdict.verdict != "satisfied"
    }


def test_every_reason_is_documented() -> None:
    patterns = documented().values()
    assert [why for why in given() if not any(p.match(why) for p in patterns)] == []


def test_every_documented_reason_is_given() -> None:
    reasons = given()
    assert [
        text
        for text, pattern in documented().items()
        if not any(map(pattern.match, reasons))
    ] == []


def test_the_example_of_a_spool_file_is_an_event() -> None:
    written = re.search(
        r"^ *printf '(.+)' > ", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    assert written is not None
    (found,) = SpoolFile("0001.json", written[1].encode()).events(now=0.0)
    event = found.event
    assert (event.spec, event.job.id, event.id) == ("failed-job", 5042, "0001.json")


def test_every_name_of_a_file_in_the_making_is_documented() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert [ending for ending in IN_THE_MAKING if f"`{ending}`" not in text] == []
