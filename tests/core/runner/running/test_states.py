"""What may become of a run, and that the drawing of it is true."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self, get_args, get_type_hints

import pytest

from qubecb.runner.hosting.host import Host
from qubecb.runner.outcome import Outcome, RunState
from qubecb.runner.running import states
from qubecb.runner.running.attempt import Attempt, End, Process
from qubecb.runner.running.reasons import Cause
from qubecb.runner.running.states import Adopted, Ended, Handed, Stopping, Unstarted
from tests.documents.pages import ROOT, table

DRAWING = "docs/architecture.md"
STATES = (Unstarted, *get_args(states.State))
JO = Cause(RunState.CANCELLED, "ended by jo")
LATE = Cause(RunState.TIMED_OUT, "stopped after 60 s")
PROCESS = Process(4711, began=10.0)


@pytest.fixture
def handed() -> Iterator[Handed]:
    """A run that a host was told to start."""
    host = Host()
    attempt = Attempt(1, 1, host, 9.0, "fork", b"", "")
    yield Unstarted().handed_over(attempt)
    host.put_down()
    host._theirs.close()


def moves() -> Iterator[tuple[str, str, str]]:
    """Every move in the code: from, to, and what it is called."""
    for state in STATES:
        names = [name for name in dir(state) if not name.startswith("_")]
        for name in names:
            method = getattr(state, name)
            if callable(method):
                given = get_type_hints(method)["return"]
                for to in get_args(given) or (given,):
                    yield state.__name__, _named(state, to), name


def _named(state: type, to: Any) -> str:
    if to is Outcome:
        return "[*]"
    return state.__name__ if to is Self else str(to.__name__)


def test_the_drawing_shows_every_move_and_no_other() -> None:
    drawing = (ROOT / DRAWING).read_text("utf-8").split("stateDiagram-v2")[1]
    arrows = re.findall(r"(\S+) --> (\S+): (\w+)", drawing.split("```")[0])
    assert sorted(arrows) == sorted(moves())


def test_the_table_of_states_says_what_each_holds() -> None:
    rows = table(DRAWING, "| state | means | holds |")
    told = {row[0].strip("`"): re.findall(r"`(\w+)`", row[2]) for row in rows}
    assert told == {
        state.__name__: [field.name for field in dataclasses.fields(state)]
        for state in STATES
    }


def test_nobody_but_a_move_makes_a_state() -> None:
    names = {state.__name__ for state in STATES} - {"Unstarted"}
    made = [
        (path.name, node.func.id)
        for path in (ROOT / "qubecb/runner").rglob("*.py")
        if path != Path(states.__file__)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in names
    ]
    assert made == []


def test_a_state_cannot_be_changed(handed: Handed) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        handed.cause = JO  # type: ignore[misc]
    assert not hasattr(handed, "__dict__")


def test_only_a_run_that_surely_never_began_is_started_again(handed: Handed) -> None:
    assert handed.host_died().closed(11.0) == Unstarted(attempts=1)
    assert handed.closed(11.0).host_died(12.0) == Unstarted(attempts=1)


def test_what_was_to_be_ended_is_not_started_again(handed: Handed) -> None:
    asked = handed.asked_to_end(JO, 9.5, 2.0)
    for over in (asked.host_died().closed(11.0), asked.closed(11.0).host_died(11.0)):
        assert isinstance(over, Ended)
        assert (over.cause, over.pid, over.end) == (JO, None, End(None, 9.0, 11.0))


def test_what_was_to_be_ended_is_asked_to_as_soon_as_it_begins(handed: Handed) -> None:
    stopping = handed.asked_to_end(JO, 9.5, 2.0).hello(PROCESS, 60.0, 2.0)
    assert isinstance(stopping, Stopping)
    assert (stopping.cause, stopping.kill_at) == (JO, 12.0)


def test_the_first_cause_counts(handed: Handed) -> None:
    running = handed.hello(PROCESS, 60.0, 2.0)
    stopping = running.asked_to_end(JO, 20.0, 2.0).asked_to_end(LATE, 21.0, 2.0)
    assert (stopping.cause, stopping.kill_at) == (JO, 22.0)
    ended = stopping.ended(End(15, 10.0, 21.5)).cleared()
    assert isinstance(ended, Ended)
    again = ended.asked_to_end(LATE, 30.0, 2.0)
    assert again.cause == JO


def test_a_run_s_end_is_given_up_only_when_it_is_missed_for_a_second(
    handed: Handed,
) -> None:
    adopted = handed.host_died().hello(PROCESS, 60.0, 2.0)
    assert isinstance(adopted, Adopted)
    missed = adopted.missed(20.0)
    assert isinstance(missed, Adopted)
    assert missed.missed(21.0) == missed
    assert missed.missed(21.1) == Ended(
        adopted.attempt, 4711, End(None, 10.0, 21.1), None
    )


def test_a_run_that_has_ended_can_still_be_cleared_of_what_it_left(
    handed: Handed,
) -> None:
    end = End(0, 10.0, 20.0)
    ended = handed.hello(PROCESS, 60.0, 2.0).ended(end)
    clearing = ended.asked_to_end(JO, 21.0, 2.0)
    assert isinstance(clearing, states.Clearing)
    assert clearing.cleared() == Ended(handed.attempt, 4711, end, JO)
