"""Perl callbacks that misbehave."""

from __future__ import annotations

import pytest

from qubecb.runner.outcome import RunState
from tests.core.runner.rig import LIMITS, Running, text

NAME = "script.pl"


@pytest.mark.parametrize("source", ["exit;", "exit 0;", "print '';", ""])
def test_leaving_with_0_is_success(hostile_perl: Running, source: str) -> None:
    outcome = hostile_perl.run(source, NAME)
    assert (outcome.state, outcome.mode) == (RunState.SUCCEEDED, "fresh")


def test_another_status_is_a_failure(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("exit 3;", NAME)
    assert (outcome.state, outcome.reason) == (RunState.FAILED, "exited with status 3")


def test_die_is_a_failure_with_its_message(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("die 'no such shot';", NAME)
    assert outcome.state is RunState.FAILED
    assert text(outcome).startswith("no such shot at ")


def test_die_with_an_object_is_a_failure(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("die bless({}, 'Trouble');", NAME)
    assert outcome.state is RunState.FAILED
    assert text(outcome).startswith("Trouble=HASH")


def test_an_endless_loop_is_stopped(hostile_perl: Running) -> None:
    outcome = hostile_perl.run(
        "$SIG{TERM} = 'IGNORE'; $| = 1; print 'a'; 1 while 1;", NAME, LIMITS
    )
    assert (outcome.state, text(outcome)) == (RunState.TIMED_OUT, "a")


def test_kill_is_a_crash(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("kill 'KILL', $$;", NAME)
    assert outcome.reason == "killed by signal 9 (killed)"


def test_killing_its_parent_harms_nobody(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("kill 9, getppid(); sleep 0.1; print 'here';", NAME)
    assert (outcome.state, text(outcome)) == (RunState.SUCCEEDED, "here")


def test_warnings_are_output_in_order(hostile_perl: Running) -> None:
    outcome = hostile_perl.run(
        "print qq(one\\n); warn qq(two\\n); print qq(three\\n);", NAME
    )
    assert text(outcome) == "one\ntwo\nthree\n"


def test_a_missing_module_is_a_failure(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("use No::Such::Module;", NAME)
    assert outcome.state is RunState.FAILED
    assert "Can't locate No/Such/Module.pm" in text(outcome)


def test_a_syntax_error_is_a_failure(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("print 'a' 'b';", NAME)
    assert "syntax error" in text(outcome)


def test_only_output_and_farm_are_inherited(hostile_perl: Running) -> None:
    outcome = hostile_perl.run(
        "print join ' ', sort map { s,.*/,,r } glob '/proc/self/fd/*';", NAME
    )
    assert text(outcome).split()[:4] == ["0", "1", "2", "3"]
    assert len(text(outcome).split()) <= 6  # the script's own file, and the listing


def test_standard_input_is_empty(hostile_perl: Running) -> None:
    outcome = hostile_perl.run("print defined(<STDIN>) ? 'some' : 'none';", NAME)
    assert text(outcome) == "none"
