"""A flood of lines is a few lines and a sum."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from dashboard.project.logs import Lines
from dashboard.project.thinning import MOST, Thinned


class Kept(logging.Handler):
    """A handler that keeps the lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(Lines("%(message)s"))
        self.addFilter(Thinned())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Minute(threading.Timer):
    """A minute that is over when it is told to be."""

    begun: list[Minute] = []

    def start(self) -> None:
        self.begun.append(self)
        self.interval = 0.0

    @classmethod
    def pass_by(cls) -> None:
        """Let all that were begun be over."""
        while cls.begun:
            cls.begun.pop().run()


@pytest.fixture
def log() -> logging.Logger:
    return logging.getLogger("tests.thinning")


@pytest.fixture
def handlers(
    log: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Kept, Kept]]:
    """Two handlers of one logger."""
    monkeypatch.setattr(threading, "Timer", Minute)
    monkeypatch.setattr(Minute, "begun", [])
    monkeypatch.setattr(Thinned, "_places", {})
    both = Kept(), Kept()
    for handler in both:
        log.addHandler(handler)
    yield both
    for handler in both:
        log.removeHandler(handler)


def flood(log: logging.Logger, count: int) -> None:
    for number in range(count):
        log.warning("Not Found: /%s", number)


def test_what_is_said_again_and_again_is_summed_up(
    log: logging.Logger, handlers: tuple[Kept, Kept]
) -> None:
    flood(log, 339 + MOST)
    expected = [f"Not Found: /{number}" for number in range(MOST)]
    expected += [
        "and 339 more like it in the last minute, the last one: Not Found: /348",
    ]
    Minute.pass_by()
    assert [handler.lines for handler in handlers] == [expected, expected]


def test_afterwards_lines_are_written_again(
    log: logging.Logger, handlers: tuple[Kept, Kept]
) -> None:
    lines = handlers[0].lines
    flood(log, MOST + 1)
    Minute.pass_by()
    assert len(lines) == MOST + 1
    flood(log, 1)
    assert lines[-1] == "Not Found: /0"


def test_a_flood_hides_nothing_that_comes_from_elsewhere_or_is_worse(
    log: logging.Logger, handlers: tuple[Kept, Kept]
) -> None:
    def say(level: int, text: str) -> None:
        log.log(level, text)

    flood(log, 100)
    log.error("the disk is full")
    for _ in range(100):
        say(logging.WARNING, "a page")
    say(logging.ERROR, "a defect")
    assert "the disk is full" in handlers[0].lines
    assert "a defect" in handlers[0].lines
