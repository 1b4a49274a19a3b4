"""`bin/test` goes through all of its parts and tells every failure at its end."""

from __future__ import annotations

import subprocess
from pathlib import Path

PARTS = Path(__file__).resolve().parents[2] / "bin" / "parts.sh"


def gate(folder: Path, *parts: str) -> tuple[int, list[str]]:
    """Run parts as bin/test does; give the exit status and the lines."""
    script = "\n".join(
        ["set -eu", f"logs={folder}", f". {PARTS}"]
        + [f"part {name} sh -c '{command}'" for name, command in map(_split, parts)]
        + ["tell"]
    )
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


def _split(part: str) -> tuple[str, str]:
    name, _, command = part.partition(": ")
    return name, command


def test_a_part_that_fails_does_not_keep_the_next_from_running(tmp_path: Path) -> None:
    status, lines = gate(tmp_path, "style: echo bad; exit 3", "tests: echo good")
    assert status == 1
    assert "good" in lines
    assert lines[-3:] == ["== failed: style", "-- style", "bad"]


def test_every_failed_test_of_every_part_is_told_at_the_end(tmp_path: Path) -> None:
    printed = 'echo "FAILED {0}.py::one - no"; echo "=== 1 failed in 2.0s ==="; exit 1'
    status, lines = gate(
        tmp_path, f"first: {printed.format('a')}", f"second: {printed.format('b')}"
    )
    assert status == 1
    end = lines[lines.index("== failed: first, second") :]
    assert end[1:4] == [
        "-- first",
        "FAILED a.py::one - no",
        "=== 1 failed in 2.0s ===",
    ]
    assert "FAILED b.py::one - no" in end


def test_when_nothing_failed_the_status_is_0(tmp_path: Path) -> None:
    status, lines = gate(tmp_path, "one: echo fine", "two: true")
    assert (status, lines[-1]) == (0, "== every part passed")


def test_a_part_that_was_begun_is_shown_where_it_is_finished(tmp_path: Path) -> None:
    (tmp_path / "late").touch()
    script = f"""set -eu
logs={tmp_path}
. {PARTS}
begin sh -c 'while [ -e {tmp_path}/late ]; do sleep 0.01; done; echo wrong; exit 3'
part style sh -c 'echo fine; rm {tmp_path}/late'
finish types
tell
"""
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        *("== style", "fine", "== types", "wrong"),
        *("== failed: types", "-- types", "wrong"),
    ]


def test_every_check_of_the_gate_is_a_part_of_it() -> None:
    lines = PARTS.with_name("test").read_text().splitlines()
    checks = [line for line in lines if line.startswith((".venv/", "pytest "))]
    assert checks == []
    assert lines[-1] == "tell"
