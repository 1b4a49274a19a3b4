"""Scripts that print too much, or what is no text."""

from __future__ import annotations

import dataclasses

import pytest

from qubecb.runner.order import MEBIBYTE
from qubecb.runner.outcome import RunState
from tests.core.runner.rig import LIMITS, PATIENT, Running

KEPT = dataclasses.replace(PATIENT, output=1000)


@pytest.mark.parametrize("line", ["b'x' * 65536", "b'x' * 65535 + b'\\n'"])
def test_2_gib_of_output_are_stopped_at_the_bound_of_the_disk(
    hostile: Running, line: str
) -> None:
    source = f"import os\nfor _ in range(32768):\n    os.write(1, {line})\n"
    outcome = hostile.run(source, limits=PATIENT)
    assert outcome.state is RunState.FAILED
    assert outcome.reason == "stopped: its output took more than 64 MiB of disk"
    assert len(outcome.output.head) + len(outcome.output.tail) == MEBIBYTE
    assert outcome.output.total > 64 * MEBIBYTE


def test_of_long_output_head_and_tail_are_kept(hostile: Running) -> None:
    outcome = hostile.run("print('a' * 5000 + 'z' * 4999)", limits=KEPT)
    assert outcome.output.head == b"a" * 500
    assert outcome.output.tail == b"z" * 499 + b"\n"
    assert (outcome.output.total, outcome.output.cut) == (10000, 9000)


def test_any_bytes_are_kept_as_they_are(hostile: Running) -> None:
    source = "import os; os.write(1, bytes(range(256)) * 2)"
    outcome = hostile.run(source)
    assert outcome.output.head == bytes(range(256)) * 2


def test_half_surrogates_do_not_fail(hostile: Running) -> None:
    outcome = hostile.run("print('\\udc80 \\u00e4')")
    assert outcome.state is RunState.SUCCEEDED
    assert outcome.output.head == "\\udc80 ä\n".encode()


def test_both_streams_are_in_order_a_line_at_a_time(hostile: Running) -> None:
    source = """
import sys
for number in range(3):
    print('out', number)
    sys.stderr.write('err %d\\n' % number)
"""
    outcome = hostile.run(source)
    assert outcome.output.head == b"out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n"


def test_output_without_a_line_s_end_is_kept(hostile: Running) -> None:
    outcome = hostile.run("print('half', end='')")
    assert outcome.output.head == b"half"


def test_what_was_printed_before_a_timeout_is_kept(hostile: Running) -> None:
    outcome = hostile.run("print('begun')\nwhile True: pass\n", limits=LIMITS)
    assert outcome.output.head == b"begun\n"


def test_secrets_in_output_are_masked_without_moving_anything(
    hostile: Running,
) -> None:
    outcome = hostile.run("print('db_password=hunter22 user=jo')\n1/0 # token: abc\n")
    assert outcome.output.head.startswith(b"db_password=******** user=jo\n")
    assert b"abc" not in outcome.output.head
