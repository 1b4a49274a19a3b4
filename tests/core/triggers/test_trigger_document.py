"""docs/triggers.md says what the code does: its tables are read and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import ERROR_CODES, NOTE_CODES, explain, parse
from qubecb.triggers.vocabulary import CONTEXTS, EVENT_NAMES, TYPES

DOCUMENT = Path(__file__).parents[3] / "docs" / "triggers.md"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without their backticks."""
    section = re.split(r"^#+ ", DOCUMENT.read_text("utf-8"), flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(f"{heading}\n"))
    return [list(_cells(line)) for line in text.splitlines() if line[:1] == "|"][2:]


def _cells(line: str) -> Iterator[str]:
    for cell in re.split(r"(?<!\\)\|", line)[1:-1]:
        plain = cell.strip().replace(r"\|", "|")
        whole = (
            len(plain) > 1 and plain.count("`") == 2 and plain[0] == plain[-1] == "`"
        )
        yield plain[1:-1] if whole else plain


@pytest.mark.parametrize(("text", "words"), rows("In short"))
def test_an_example_means_what_the_document_says(text: str, words: str) -> None:
    assert explain(parse(text)) == words


@pytest.mark.parametrize(
    ("code", "text", "column", "what"), rows("What cannot be read")
)
def test_a_mistake_is_where_the_document_says(
    code: str, text: str, column: str, what: str
) -> None:
    with pytest.raises(TriggerSyntaxError) as caught:
        parse(text)

    found = (caught.value.code, caught.value.column, ERROR_CODES[code])
    assert found == (code, int(column), what)


@pytest.mark.parametrize(("code", "text", "column", "what"), rows("What is noted"))
def test_a_note_is_where_the_document_says(
    code: str, text: str, column: str, what: str
) -> None:
    (note,) = (note for note in parse(text).notes if note.code == code)

    assert (note.column, NOTE_CODES[code]) == (int(column), what)


@pytest.mark.parametrize(
    ("text", "context", "extra"),
    [tuple(row[2:]) for row in rows("Which hyphen is which")],
)
def test_hyphens_are_read_as_the_document_says(
    text: str, context: str, extra: str
) -> None:
    (spec,) = parse(text).specs

    assert (spec.context, spec.extra or "") == (context, extra)


def test_every_mistake_is_documented() -> None:
    shown = [row[0] for row in rows("What cannot be read")]
    told = ["too-long", "too-deep", "line-break", "odd-character"]

    assert sorted([*shown, *told]) == sorted(ERROR_CODES)


def test_every_note_is_documented() -> None:
    assert [row[0] for row in rows("What is noted")] == list(NOTE_CODES)


def test_every_name_is_documented() -> None:
    assert [tuple(row) for row in rows("Names")] == list(EVENT_NAMES.items())


def test_every_type_is_documented() -> None:
    found = [tuple(row[:2]) for row in rows("Types and extras")]
    assert found == list(TYPES.items())


def test_every_context_is_documented() -> None:
    assert [tuple(row) for row in rows("Contexts")[:2]] == list(CONTEXTS.items())
