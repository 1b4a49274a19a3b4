"""Scripts that tamper with their descriptors: the farm socket above all."""

from __future__ import annotations

import pytest

from qubecb.runner.outcome import RunState
from tests.core.runner.rig import LIMITS, PATIENT, Running, text

DROPPED = "something other than qb wrote to the farm socket; it was dropped"


def test_closing_every_descriptor_harms_nobody(hostile: Running) -> None:
    outcome = hostile.run("import os; os.closerange(0, 256)")
    assert (outcome.state, outcome.output.total) == (RunState.SUCCEEDED, 0)


def test_an_exception_after_closing_everything_is_still_a_failure(
    hostile: Running,
) -> None:
    outcome = hostile.run("import os; os.closerange(0, 256); 1/0")
    # 120 is the interpreter's word for output that it could not write.
    assert (outcome.state, outcome.exit) == (RunState.FAILED, 120)


def test_a_file_in_the_socket_s_place_is_not_written_to(hostile: Running) -> None:
    own = hostile.root / "own.txt"
    source = f"import os; os.closerange(3, 256); f = open({str(own)!r}, 'w'); 1/0"
    outcome = hostile.run(source)
    assert outcome.state is RunState.FAILED
    assert own.read_text() == ""


@pytest.mark.parametrize(
    "written",
    [
        "b'garbage\\n'",
        "b'[1, 2]\\n' * 1000",
        'b\'{"call": 1, "name": "act"\'',
        "b'\\x00\\xff' * 100000",
        'b\'{"call": "x"}\\n{"hello": 1}\\n{"traceback": 5}\\n\'',
    ],
)
def test_garbage_on_the_socket_is_dropped(hostile: Running, written: str) -> None:
    source = f"import os\nos.write(3, {written})\nprint('went on')\n"
    outcome = hostile.run(source)
    assert (outcome.state, text(outcome)) == (RunState.SUCCEEDED, "went on\n")
    assert outcome.notes in ((DROPPED,), ())


def test_100_mb_on_the_socket_are_dropped(hostile: Running) -> None:
    source = """
import os
data = b'x' * 1000000
for _ in range(100):
    sent = 0
    while sent < len(data):
        sent += os.write(3, data[sent:])
"""
    outcome = hostile.run(source, limits=PATIENT)
    assert outcome.state is RunState.SUCCEEDED
    assert outcome.notes == (DROPPED,)


def test_nobody_else_s_process_is_ended_by_a_false_hello(hostile: Running) -> None:
    source = "import os, time\nos.write(3, b'{\"hello\": 1}\\n')\ntime.sleep(60)\n"
    outcome = hostile.run(source, limits=LIMITS)
    assert outcome.reason == "stopped after 1 s"


def test_a_call_without_waiting_for_its_answer_is_still_done(hostile: Running) -> None:
    call = (
        '{"call": 1, "name": "act", "verb": "kill", "targets": ["5"], "arguments": {}}'
    )
    source = f"import os\nos.write(3, b'{call}\\n')\nos._exit(0)\n"
    outcome = hostile.run(source)
    assert [action.applied for action in outcome.actions] == [("5",)]


def test_only_output_and_farm_are_inherited(hostile: Running) -> None:
    outcome = hostile.run("import os; print(sorted(os.listdir('/proc/self/fd')))")
    assert text(outcome) == "['0', '1', '2', '3', '4']\n"  # 4 is the listing itself


def test_programs_that_it_starts_do_not_inherit_the_farm(hostile: Running) -> None:
    outcome = hostile.run("import os; os.system('test -e /proc/self/fd/3; echo $?')")
    assert text(outcome) == "1\n"
