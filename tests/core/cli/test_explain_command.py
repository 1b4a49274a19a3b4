"""`qubecb explain`."""

from __future__ import annotations

import json

import pytest

from qubecb.cli import main
from qubecb.triggers import explain, parse


def test_a_trigger_is_explained_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "failed-work-self-*"]) == 0
    sentence = explain(parse("failed-work-self-*"))
    assert capsys.readouterr().out == f"failed-work-self-*: {sentence}\n"


def test_an_expression_is_explained_event_by_event(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "done-job-self || (running-job-b && done-job-parent)"
    assert main(["explain", text]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  any of"
    assert lines[3] == "    all of"
    assert [line.split(":")[0].strip() for line in lines[4:]] == [
        "running-job-b",
        "done-job-parent",
    ]


def test_notes_are_underlined(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain", "faild-job-self"])
    assert "    | faild-job-self\n    | ^^^^^\n" in capsys.readouterr().out


def test_json_holds_the_tree(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--format", "json", "done-job-self"]) == 0
    assert json.loads(capsys.readouterr().out)["root"]["spec"] == "done-job-self"


def test_a_trigger_that_cannot_be_read_ends_with_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "done-jb-self"]) == 1
    assert capsys.readouterr().err == (
        "column 6: error: `jb` is not a type\n"
        "    | done-jb-self\n    |      ^^\n    = did you mean `job`?\n"
    )


def test_an_error_as_json_has_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--format", "json", "done-jb-self"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["column"], error["end_column"]) == (
        "unknown-type",
        6,
        8,
    )


@pytest.mark.parametrize("text", ["", "a" * 100_000, "(" * 10_000, "\0", "\ud800"])
def test_whatever_is_given_gets_an_answer(text: str) -> None:
    assert main(["explain", text]) == 1
