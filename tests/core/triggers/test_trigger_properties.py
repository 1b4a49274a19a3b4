"""What holds for every trigger and for every text."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import (
    ERROR_CODES,
    LONGEST,
    NOTE_CODES,
    And,
    EventSpec,
    Node,
    Or,
    Trigger,
    explain,
    explain_tree,
    parse,
    parts,
)
from qubecb.triggers.vocabulary import EVENT_NAMES, LATEST_TIME

WORD = st.text(string.ascii_letters + string.digits + "_.:-+äß", min_size=1, max_size=9)
NAME = st.sampled_from(list(EVENT_NAMES)) | st.from_regex(
    r"\A[A-Za-z_][A-Za-z0-9_]{0,8}\Z"
)
LABEL = WORD.filter(
    lambda word: (
        not word.isdigit()
        and not word.startswith(("self-", "parent-", "-"))
        and not word.endswith("-")
    )
)
SHORT_LABEL = LABEL.filter(lambda label: "-" not in label)
OWN = st.sampled_from(["self", "parent"]) | st.integers(1, 2**63 - 1).map(str)
TIME = st.integers(0, LATEST_TIME).map(str)
INTERVAL = st.integers(1, LATEST_TIME).map(str)
REPEAT = st.tuples(TIME, INTERVAL).map("-".join)
NONE = st.none()


def specs(
    name: st.SearchStrategy[str],
    kind: str,
    context: st.SearchStrategy[str] | st.SearchStrategy[None],
    extra: st.SearchStrategy[str] | st.SearchStrategy[None],
) -> st.SearchStrategy[EventSpec]:
    return st.builds(EventSpec, name, st.just(kind), context, extra)


DUMMY = st.just("dummy")
SELF = st.just("self")
STAR = st.just("*")
OF_A_JOB = st.one_of(
    specs(NAME, "job", OWN | LABEL, NONE),
    specs(NAME, "subjob", OWN | LABEL, STAR | st.integers(0).map(str)),
    specs(NAME, "work", OWN | SHORT_LABEL, STAR | WORD),
    specs(NAME, "host", OWN | SHORT_LABEL, STAR | WORD),
    specs(DUMMY, "time", SELF, TIME),
    specs(DUMMY, "repeat", SELF, REPEAT),
)
GLOBAL = st.one_of(
    specs(DUMMY, "global", NONE, NONE),
    specs(DUMMY, "globaltime", NONE, TIME),
    specs(DUMMY, "globalrepeat", NONE, REPEAT),
)


def _flat(kind: type[And | Or], items: list[Node]) -> Node:
    """The items under one operator, as the parser would build them."""
    merged: list[Node] = []
    for item in items:
        merged.extend(item.items if isinstance(item, kind) else [item])
    return kind(tuple(merged))


def _grown(smaller: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    items = st.lists(smaller, min_size=2, max_size=4)
    return st.builds(_flat, st.sampled_from([And, Or]), items)


EXPRESSIONS = st.recursive(OF_A_JOB, _grown, max_leaves=12) | st.lists(
    OF_A_JOB | GLOBAL, min_size=2, max_size=4
).map(lambda items: _flat(Or, list(items)))

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("done", "failed", "link", "dummy", "job", "subjob", "work", "host"),
            *("time", "repeat", "global", "globaltime", "globalrepeat", "self"),
            *("parent", "render", "0", "7", "0042", "79290600", "9" * 30, "-", "-"),
            *("-", "-", "*", r"\*", " ", "\t", "&&", "||", "&", "|", " and ", " OR "),
            *("(", ")", "not ", "!", ",", '"', "'", "#", "\n", "\u00a0", "\u200b"),
            *("\ud800", "\u2013", "\0", "done-job-self", "failed-work-self-*"),
            *("globaltime-5", "dummy-repeat-self-5-5", "complete-subjob-render-2"),
        ]
    ),
    max_size=14,
).map("".join)
#: A loaded machine is not a failure.
PATIENT = settings(deadline=None)
TEXTS = st.text(max_size=200) | FRAGMENTS


def read(text: str) -> Trigger | TriggerSyntaxError:
    try:
        return parse(text)
    except TriggerSyntaxError as error:
        return error


@PATIENT
@given(EXPRESSIONS)
def test_what_is_printed_reads_as_the_same_tree(root: Node) -> None:
    assert parse(str(root)).root == root


@PATIENT
@given(FRAGMENTS)
def test_printing_what_was_read_changes_nothing_more(text: str) -> None:
    found = read(text)

    if isinstance(found, Trigger):
        assert parse(str(found)).root == found.root


@PATIENT
@given(EXPRESSIONS)
def test_specs_are_told_apart_by_their_canonical_text(root: Node) -> None:
    specs = set(root)

    assert len({spec.canonical for spec in specs}) == len(specs)


@PATIENT
@given(EXPRESSIONS)
def test_every_trigger_can_be_explained(root: Node) -> None:
    trigger = parse(str(root))

    assert explain(trigger)
    assert explain_tree(trigger)["root"]["start"] == 0


@PATIENT
@given(TEXTS)
@example("(" * 10_000)
@example("x" * 100_000)
@example("& " * 50_000)
@example("a-b " * 25_000)
@example(" || ".join(["done-job-self"] * 7_000))
@example("done-job-" + "0" * 5_000 + "7")
@example("dummy-time-self-" + "0" * 5_000 + "7")
def test_any_text_is_a_trigger_or_a_syntax_error_within_it(text: str) -> None:
    found = read(text)

    if isinstance(found, TriggerSyntaxError):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.code in ERROR_CODES
    else:
        assert len(text) <= LONGEST
        assert {note.code for note in found.notes} <= set(NOTE_CODES)
        assert all(0 <= note.start < note.end <= len(text) for note in found.notes)


@PATIENT
@given(TEXTS)
@example("(" * 10_000)
@example("& " * 50_000)
@example("a-b1 " * 20_000)
def test_parts_joined_are_the_text(text: str) -> None:
    assert "".join(part.text for part in parts(text)) == text


@PATIENT
@given(FRAGMENTS)
@example("done-job-se\u200blf || done-job-self")
def test_parts_lie_end_to_end(text: str) -> None:
    found = parts(text)

    ends = [0, *(part.end for part in found)]
    assert [part.start for part in found] == ends[:-1]


@PATIENT
@given(EXPRESSIONS)
def test_a_trigger_that_can_be_read_has_no_broken_part(root: Node) -> None:
    assert "broken" not in {part.kind for part in parts(str(root))}


@pytest.mark.parametrize("kind", [And, Or])
def test_a_tree_is_true_when_all_its_events_are(kind: type[And | Or]) -> None:
    root = kind((EventSpec("a", "job", "self"), EventSpec("b", "job", "self")))

    assert root.satisfied({"a-job-self", "b-job-self"})


#: One event with a mistake or two: no blank, operator or parenthesis.
WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "done",
                "failed",
                "link",
                "dummy",
                "job",
                "subjob",
                "work",
                "wrk",
                "host",
            ),
            *("time", "repeat", "global", "globaltime", "globalrepeat", "self", "jobA"),
            *("parent", "render", "0", "7", "79290600", "-", "-", "-", "-", "*", ","),
            *("\u2013", "\u2212", "link-", "link-complete-work-3927", "9" * 300),
        ]
    ),
    min_size=1,
    max_size=10,
).map("".join)


@PATIENT
@given(WORDS)
def test_a_mend_of_one_event_can_always_be_read(word: str) -> None:
    error = read(word)

    if isinstance(error, TriggerSyntaxError) and error.replacement is not None:
        parse(f"{word[: error.start]}{error.replacement}{word[error.end :]}")


@PATIENT
@given(WORDS)
def test_an_event_that_a_hint_tells_to_write_can_always_be_read(word: str) -> None:
    for told in told_to_write(word):
        assert isinstance(read(told.replace("TIME", "5")), Trigger)


def told_to_write(word: str) -> list[str]:
    """The events that the hint about a wrong one tells to write."""
    error = read(word)
    hint = error.hint if isinstance(error, TriggerSyntaxError) else ""
    return re.findall(r"write `([a-z_]+-[a-z]+-[^`…]+)`", hint)


def test_hints_tell_to_write_events() -> None:
    assert told_to_write("done-job") == ["done-job-self"]
    assert told_to_write("done-work-self") == ["done-work-self-*"]
