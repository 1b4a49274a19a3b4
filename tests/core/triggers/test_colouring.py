"""Parts of a trigger for pages, of broken text too."""

from __future__ import annotations

import pytest

from qubecb.triggers import parts


def kinds(text: str) -> list[tuple[str, str]]:
    return [(part.kind, part.text) for part in parts(text) if part.kind != "hyphen"]


def test_fields_and_operators_have_their_kinds() -> None:
    assert kinds("(failed-work-self-*&&a-job-b-c) or\tglobaltime-5") == [
        ("parenthesis", "("),
        ("name", "failed"),
        ("type", "work"),
        ("context", "self"),
        ("extra", "*"),
        ("operator", "&&"),
        ("name", "a"),
        ("type", "job"),
        ("context", "b-c"),
        ("parenthesis", ")"),
        ("blank", " "),
        ("operator", "or"),
        ("blank", "\t"),
        ("type", "globaltime"),
        ("extra", "5"),
    ]


@pytest.mark.parametrize(
    ("text", "context", "extra"),
    [
        ("done-subjob-my-label-5", "my-label", "5"),
        ("done-work-self-1-10", "self", "1-10"),
        ("failed-job-self-*", "self", "*"),
        ("failed-job-a-b", "a-b", None),
        ("dummy-repeat-self-5-60", "self", "5-60"),
    ],
)
def test_hyphens_part_as_in_the_grammar(
    text: str, context: str, extra: str | None
) -> None:
    found = {part.kind: part.text for part in parts(text)}

    assert (found.get("context"), found.get("extra")) == (context, extra)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("done-frame-self-5", ["frame"]),
        ("done-job-self-5 || a-job-self", ["-5"]),
        ("a-job-self & b-job-self", ["&"]),
        ("a-job-self b-job-self", ["b", "-", "job", "-", "self"]),
        ("a-job-self ||", ["||"]),
        ("(a-job-self", ["("]),
        ('"a-job-self"', ['"', '"']),
        ("done-frame-x || 9-jobs-self", ["frame", "9", "jobs"]),
        ("link-done-job-5", ["link", "-", "done"]),
        ("a-job-se\u200blf", ["\u200b"]),
        ("a-job-self", []),
    ],
)
def test_what_cannot_be_read_is_broken(text: str, broken: list[str]) -> None:
    assert [part.text for part in parts(text) if part.kind == "broken"] == broken


def test_what_stands_round_a_wrong_character_keeps_its_kind() -> None:
    assert kinds("a-job-se\u200blf")[2:] == [
        ("context", "se"),
        ("broken", "\u200b"),
        ("context", "lf"),
    ]


def test_parts_know_where_they_stand() -> None:
    text = "a-job-self ||  done-frame-self & x"

    assert all(text[part.start : part.end] == part.text for part in parts(text))
