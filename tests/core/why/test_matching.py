"""Why a callback fires or does not fire: one sentence for each event spec, and one for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from qubecb.conffile.catalog import load_directory
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.occurrence import occurrence_of
from qubecb.dispatch.ports.configuration import BoundDirectory, Pause
from qubecb.dispatch.ports.jobs import ProgressKey
from qubecb.dispatch.suppression import Suppression
from qubecb.dispatch.verdict import Obstacle
from qubecb.events import Event, split_spec
from qubecb.jobs import Job
from qubecb.testing.store import bound
from qubecb.why.causes import Code
from qubecb.why.matching import Match, in_lines
from tests.core.dispatch.asking import matches
from tests.core.dispatch.rows import CAST

FOLDER = "/studio/callback"
BOTH = "complete-job-self && complete-job-parent"


def event(spec: str, job: int = 100) -> Event:
    name, kind, extra = split_spec(spec)
    return Event("x", name, kind, extra, 0.0, Job(job))


def match(
    trigger: str,
    spec: str,
    about: int = 100,
    attached: Job | None = CAST[100],
    related: Iterable[Job] = tuple(CAST.values()),
    **asked: Any,
) -> Match:
    """The verdict on one mapping, for job 100 unless told otherwise."""
    folder = BoundDirectory(FOLDER, 1, (EffectiveMapping("a.py", trigger, 3),))
    (found,) = matches(event(spec, about), attached, related, folder, **asked)
    return found


@pytest.mark.parametrize(
    ("trigger", "spec", "about", "reason"),
    [
        ("failed-job-self", "failed-job", 100, "the event is `failed-job`"),
        (
            "done-work-self-*",
            "failed-work-7",
            100,
            "the event is `failed-work-7`, and `failed` counts as `done`, "
            "and `*` is any agenda item",
        ),
        (
            "failed-job-self",
            "complete-job",
            100,
            "the event is `complete`, not `failed`",
        ),
        (
            "failed-job-self",
            "failed-work-7",
            100,
            "the type of the event is work, not job",
        ),
        (
            "failed-job-self",
            "failed-job",
            101,
            "the event is about job 101, not about job 100 itself",
        ),
        (
            "failed-job-parent",
            "failed-job",
            101,
            "the event is about job 101, not about job 50, the parent of job 100",
        ),
        (
            "failed-job-1234",
            "failed-job",
            100,
            "the event is about job 100, not about job 1234",
        ),
        (
            "failed-job-hello",
            "failed-job",
            200,
            "job 200 is in the process group 200, job 100 in 90; `hello` is job 101",
        ),
        (
            "failed-job-hello",
            "failed-job",
            102,
            "job 102 has the label `sibling`, not `hello`; `hello` is job 101",
        ),
        (
            "failed-job-nobody",
            "failed-job",
            102,
            "job 102 has the label `sibling`, not `nobody`",
        ),
        (
            "failed-work-self-5",
            "failed-work-7",
            100,
            "the event is about agenda item `7`, not `5`",
        ),
        (
            "done-subjob-self-5",
            "done-subjob-6",
            100,
            "the event is about instance `6`, not `5`",
        ),
        (
            "dummy-time-self-5",
            "failed-job",
            100,
            "only its own time satisfies it, not this event",
        ),
        (
            "dummy-time-self-5",
            "dummy-time-6",
            100,
            "the event is another time",
        ),
        ("dummy-time-self-5", "dummy-time-5", 100, "its time has come"),
        (
            "globaltime-5",
            "dummy-globaltime-5",
            0,
            "it belongs to the site and to no job",
        ),
    ],
)
def test_each_event_spec_says_why(
    trigger: str, spec: str, about: int, reason: str
) -> None:
    (verdict,) = match(trigger, spec, about).specs
    assert verdict.reason == reason


def test_a_job_without_parent_says_so() -> None:
    found = match("failed-job-parent", "failed-job", 50, attached=CAST[105])
    assert found.specs[0].reason == "job 105 has no parent: its pid is 1"


def test_a_job_whose_label_is_not_known_says_so() -> None:
    found = match("failed-job-x", "failed-job", 90, attached=CAST[100], related=())
    assert found.specs[0].reason == "job 90 has no known label"


@pytest.mark.parametrize(
    ("spec", "previous", "reason"),
    [
        ("done-job", "complete", "it directly follows `complete` of the same job"),
        ("complete-job", "done", "it directly follows `done` of the same job"),
        ("failed-work-1", "done", "it directly follows `done` of the same agenda item"),
    ],
)
def test_a_transition_that_was_counted_says_so(
    spec: str, previous: str, reason: str
) -> None:
    trigger = "done-work-self-1" if "work" in spec else "done-job-self"
    follows = occurrence_of(event(spec), previous)
    found = match(trigger, spec, occurrence=follows)
    assert not found.fires
    assert found.specs[0].reason == (
        f"{reason}: this is the same transition, and done was already counted for it"
    )


def test_nothing_runs_before_submission() -> None:
    found = match("failed-job-self", "failed-job", uncounted=Obstacle.BEFORE_SUBMISSION)
    assert not found.fires
    assert found.specs[0].reason == (
        "not counted: the event came before job 100 was submitted, "
        "and nothing runs before submission"
    )


def test_nothing_runs_for_a_removed_job() -> None:
    found = match("failed-job-self", "failed-job", uncounted=Obstacle.REMOVED)
    assert found.specs[0].reason == "not counted: job 100 has been removed"


def test_intervals_end_with_the_job() -> None:
    done = Job(100, status="complete")
    found = match("dummy-repeat-self-5-10", "dummy-repeat-5-10", attached=done)
    assert found.specs[0].reason == "job 100 is complete, so its intervals have ended"


def test_the_sites_times_are_asked_about_without_a_job() -> None:
    found = match(
        "globaltime-5 || done-job-self", "dummy-globaltime-5", 0, attached=None
    )
    assert found.fires
    assert found.specs[1].verdict == "unsatisfied"


# `&&`.


def test_an_event_that_is_not_all_is_remembered() -> None:
    found = match(BOTH, "complete-job")
    assert not found.fires
    assert found.reason == (
        "the event is remembered; still to come: complete-job-parent"
    )


def test_what_is_remembered_counts() -> None:
    key = ProgressKey(100, FOLDER, "a.py", BOTH)
    found = match(BOTH, "complete-job", memory={key: {"complete-job-parent": 1}})
    assert found.fires
    assert [each.verdict for each in found.specs] == ["satisfied", "remembered"]


def test_memory_alone_fires_nothing() -> None:
    trigger = "failed-job-self && x-job-self || y-job-self"
    key = ProgressKey(100, FOLDER, "a.py", trigger)
    found = match(trigger, "z-job", memory={key: {"y-job-self": 1}})
    assert not found.fires
    assert found.reason == (
        "does not fire: the event satisfies none of its event specs"
    )


# What stops a callback.


def test_a_paused_callback_would_fire() -> None:
    held = Suppression([Pause(FOLDER, "a.py", "too loud")], QubConf(), 0.0)
    found = match("failed-job-self", "failed-job", suppression=held)
    assert not found.fires
    assert found.reason == "would fire, but the callback is paused: too loud"
    assert found.specs[0].verdict == "satisfied"


def test_a_disabled_language_would_fire() -> None:
    flags = QubConf(found=True, language_flags=frozenset({"qube"}))
    found = match(
        "failed-job-self", "failed-job", suppression=Suppression([], flags, 0.0)
    )
    assert "would fire, but python callbacks are disabled" in found.reason
    assert 'supervisor_language_flags = "qube,python"' in found.reason


def test_what_would_not_fire_says_nothing_of_a_pause() -> None:
    held = Suppression([Pause(None, None, "all")], QubConf(), 0.0)
    found = match("failed-job-self", "killed-job", suppression=held)
    assert found.suppressed == ""


# A whole configuration.

CONFIG = b"""\
a.py = failed-job-self
b.py = failed-jb-self
a.py = killed-job-self
c.txt = failed-job-self
d.qcb = done-job-self
"""


def directory(
    tmp_path: Path, config: bytes = CONFIG, before: Sequence[EffectiveMapping] = ()
) -> list[Match]:
    found = load_directory(tmp_path, config)
    counts = BoundDirectory(str(tmp_path), 1, found.meaning(before))
    return in_lines(found, matches(event("failed-job"), CAST[100], (), counts))


def test_every_line_has_its_verdict(tmp_path: Path) -> None:
    found = [(each.line, each.file, each.fires) for each in directory(tmp_path)]
    assert found == [
        (1, "a.py", True),
        (2, "b.py", False),
        (3, "a.py", False),
        (4, "c.txt", False),
        (5, "d.qcb", True),
    ]


def test_a_line_that_means_nothing_says_why(tmp_path: Path) -> None:
    reasons = [each.reason for each in directory(tmp_path)]
    assert reasons[1].startswith("line 2 is broken: ")
    assert reasons[2] == "line 3 does nothing: a.py is already mapped on line 1"
    assert (
        reasons[3]
        == "line 4 does nothing: the extension of c.txt belongs to no language"
    )


def test_a_broken_line_keeps_its_last_good_meaning(tmp_path: Path) -> None:
    before = load_directory(tmp_path, b"b.py = failed-job-self\n").meaning()
    (kept,) = directory(tmp_path, b"\nb.py = failed-jb-self\n", before)
    assert kept.fires
    assert kept.reason == "fires (line 2 is broken; its last good meaning is used)"


def test_a_binding_is_judged_in_its_order() -> None:
    triggers = {"b.py": "failed-job-self", "a.py": "done-job-self"}
    folders = (bound(FOLDER, triggers), bound("/other", triggers))
    found = matches(event("complete-job"), CAST[100], (), *folders)
    assert [(each.directory, each.file, each.fires) for each in found] == [
        (FOLDER, "b.py", False),
        (FOLDER, "a.py", True),
        ("/other", "b.py", False),
        ("/other", "a.py", True),
    ]


def test_a_match_is_told_in_json() -> None:
    assert match("failed-job-self", "failed-job").as_dict() == {
        "directory": FOLDER,
        "file": "a.py",
        "trigger": "failed-job-self",
        "fires": True,
        "specs": [
            {
                "spec": "failed-job-self",
                "verdict": "satisfied",
                "reason": "the event is `failed-job`",
                "code": None,
            }
        ],
        "reason": "fires",
        "line": 3,
        "suppressed": "",
        "code": None,
    }


@pytest.mark.parametrize(
    ("trigger", "spec", "code"),
    [
        ("failed-job-self", "failed-job", None),
        ("failed-job-self", "complete-work-7", Code.OTHER_NAME),
        ("failed-job-self", "failed-work-7", Code.OTHER_TYPE),
        ("failed-job-parent", "failed-job", Code.OTHER_JOB),
        ("failed-work-self-5", "failed-work-7", Code.OTHER_EXTRA),
        ("dummy-time-self-5", "failed-job", Code.TIME),
        ("globaltime-5", "failed-job", Code.SITE),
        (BOTH, "complete-job", Code.WAITING_FOR),
        ("failed-job-self || failed-work-self-5", "failed-work-7", Code.OTHER_EXTRA),
    ],
)
def test_what_does_not_fire_has_a_code(
    trigger: str, spec: str, code: Code | None
) -> None:
    assert match(trigger, spec).code is code
