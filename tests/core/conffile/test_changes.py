"""An edit is told mapping by mapping."""

from __future__ import annotations

from qubecb.conffile.changes import changes, summary
from qubecb.conffile.document import Document
from qubecb.conffile.meaning import meaning

BEFORE = b"a.py = done-job-self\nb.py = done-job-self\nc.py = done-job-self\n"


def told(after: bytes) -> list[str]:
    before = meaning(Document.from_bytes(BEFORE))
    return [
        each.sentence
        for each in changes(before, meaning(Document.from_bytes(after), before))
    ]


def test_moved_lines_and_comments_are_no_change() -> None:
    lines = BEFORE.splitlines(keepends=True)
    assert told(b"# new\n" + lines[2] + lines[0] + lines[1]) == []


def test_added_and_removed_mappings_are_named() -> None:
    after = BEFORE.replace(b"b.py", b"d.py")
    assert told(after) == ["b.py removed", "d.py added"]


def test_a_trigger_and_limits_are_told_apart() -> None:
    after = BEFORE.replace(b"a.py = done", b"# qubecb: timeout=5\na.py = failed")
    assert told(after) == ["a.py: new trigger, limits none → timeout=5"]


def test_a_line_that_got_broken_keeps_its_meaning() -> None:
    assert told(BEFORE.replace(b"b.py = done-job-self", b"b.py = done-jb-self")) == [
        "b.py: its line cannot be read, so its last good meaning stays in force"
    ]


def test_a_summary_is_cut() -> None:
    before = meaning(Document.from_bytes(BEFORE))
    assert summary(changes(before, ())) == "a.py removed; b.py removed; c.py removed"
    assert summary(changes(before, ()), 10) == "a.py remo…"
