"""Files that are hardly Python, or not at all."""

from __future__ import annotations

import pytest

from qubecb.runner.outcome import RunState
from tests.core.runner.rig import PATIENT, Running, text


def test_a_syntax_error_names_its_line(hostile: Running) -> None:
    outcome = hostile.run("x = 1\nif x\n    pass\n")
    assert outcome.state is RunState.FAILED
    assert outcome.reason.startswith("SyntaxError: ")
    assert outcome.reason.endswith("(script.py, line 2)")
    assert "if x" in text(outcome)


def test_a_null_byte_is_an_error_of_this_run(hostile: Running) -> None:
    outcome = hostile.run(b"print(1)\0\n")
    assert outcome.state is RunState.FAILED
    assert "null byte" in outcome.reason


@pytest.mark.parametrize(
    "source",
    [
        "print 'hello'\n",
        "try:\n    pass\nexcept ValueError, error:\n    pass\n",
        "raise ValueError, 'no'\n",
        "exec 'x = 1'\n",
        "x = 0777\n",
        "if 1 <> 2: pass\n",
    ],
)
def test_python_2_is_called_by_its_name(hostile: Running, source: str) -> None:
    outcome = hostile.run(source)
    assert outcome.state is RunState.FAILED
    assert "This looks like Python 2; callbacks run under Python 3." in outcome.reason


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        (b"print('a')\r\nprint('b')\r\n", "a\nb\n"),
        (b"\xef\xbb\xbfprint('bom')\n", "bom\n"),
        ("# -*- coding: latin-1 -*-\nprint('é')\n".encode("latin-1"), "é\n"),
        (b"", ""),
        (b"\n\n", ""),
        (b"print('no line end')", "no line end\n"),
    ],
    ids=["crlf", "bom", "latin-1", "empty", "blank", "no line end"],
)
def test_unusual_files_run(hostile: Running, source: bytes, printed: str) -> None:
    outcome = hostile.run(source)
    assert (outcome.state, text(outcome)) == (RunState.SUCCEEDED, printed)


def test_latin_1_without_a_coding_line_says_so(hostile: Running) -> None:
    outcome = hostile.run("print('é')\n".encode("latin-1"))
    assert outcome.state is RunState.FAILED
    assert "SyntaxError" in outcome.reason


def test_an_expression_of_10_mb_costs_one_run_at_most(hostile: Running) -> None:
    outcome = hostile.run(b"x = 1" + b"+1" * 5_000_000, limits=PATIENT)
    assert outcome.state in (RunState.FAILED, RunState.CRASHED, RunState.SUCCEEDED)


def test_deep_parentheses_cost_one_run_at_most(hostile: Running) -> None:
    outcome = hostile.run(b"(" * 100_000 + b")" * 100_000, limits=PATIENT)
    assert outcome.state in (RunState.FAILED, RunState.CRASHED)


def test_a_missing_script_is_a_failure_that_says_so(hostile: Running) -> None:
    outcome = hostile.wait(hostile.start("missing.py"))
    assert outcome.state is RunState.FAILED
    assert outcome.reason.endswith("missing.py: No such file or directory")


def test_a_directory_that_is_not_there_is_a_failure_that_says_so(
    hostile: Running,
) -> None:
    outcome = hostile.wait(hostile.start("a.py", directory=hostile.root / "share"))
    assert outcome.state is RunState.FAILED
    assert outcome.reason.endswith("it may not be mounted")


def test_a_folder_or_a_pipe_is_no_script(hostile: Running) -> None:
    import os

    (hostile.scripts / "folder.py").mkdir(exist_ok=True)
    if not (hostile.scripts / "pipe.py").exists():
        os.mkfifo(hostile.scripts / "pipe.py")
    for name in ("folder.py", "pipe.py"):
        outcome = hostile.wait(hostile.start(name))
        assert outcome.reason.endswith(f"{name} is not a file")


def test_an_unknown_language_is_refused(hostile: Running) -> None:
    outcome = hostile.run("echo hello", "script.sh")
    assert outcome.state is RunState.FAILED
    assert outcome.reason == "script.sh: its extension belongs to no language"
