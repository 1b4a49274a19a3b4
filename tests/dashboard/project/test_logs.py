"""What others say takes 200 characters of a log's line, and nothing that a terminal obeys."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from dashboard.project.logs import Lines

LONG = "A" * 200_000


def line(message: object, *args: object, name: str = "django.request") -> str:
    """How a record is written."""
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, None)
    return Lines("%(name)s %(message)s").format(record)


@pytest.mark.parametrize(
    "told",
    [
        line("Not Found: %s", LONG),
        line("Not Found: %r", LONG),
        line("Not Found: %s", Path("/" + LONG)),
        line("Not Found: %(path)s", {"path": LONG}),
        line(f"Exception while serving {LONG}", name="waitress"),
        line("%s %s", LONG, LONG, name="dashboard.views"),
        line(ValueError(LONG), name="waitress"),
    ],
)
def test_a_text_of_others_is_cut_to_200_characters(told: str) -> None:
    assert "A" * 150 in told
    assert "A" * 201 not in told
    assert "200" in told
    assert len(told) < 600


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nERROR forged", "a\\nERROR forged"),
        ("\r\x1b[2Ja\x00\x9b", "\\r\\x1b[2Ja\\x00\\x9b"),
        ("shot\u202egpj.exe", "shot\\u202egpj.exe"),
        ("\udc80\u2028", "\\udc80\\u2028"),
        ("Zoë 日本 🙂", "Zoë 日本 🙂"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_by_its_code(text: str, shown: str) -> None:
    assert line("%s", text) == f"django.request {shown}"
    assert line(text) == f"django.request {shown}"
    line("%s", text).encode()


def test_numbers_stay_numbers() -> None:
    assert line("%d of %.1f: %s", 3, 4.0, None) == "django.request 3 of 4.0: None"


def test_a_sentence_of_ours_stays_whole() -> None:
    sentence = "word " * 100
    assert line(sentence, name="dashboard.service.web").endswith(sentence)


def traced(error: ValueError) -> str:
    try:
        raise error
    except ValueError:
        found: Any = sys.exc_info()
    return Lines("%(message)s").format(
        logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), found)
    )


def test_a_traceback_is_cut_and_keeps_where_it_happened() -> None:
    told = traced(ValueError(LONG))
    assert "A" * 201 not in told
    assert f'File "{__file__}"' in told
    assert told.count("\n") > 2


def test_a_traceback_of_many_lines_is_bounded() -> None:
    told = traced(ValueError("forged line\n" * 1_000_000))
    assert len(told) < 50_000
