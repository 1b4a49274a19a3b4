"""Durations are written in one place, each in the form of what it is."""

from __future__ import annotations

import pytest

from qubecb import durations


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (300, "5 minutes"),
        (7200, "2 hours"),
        (86400, "1 day"),
        (86401, "86401 seconds"),
    ],
)
def test_an_interval_is_shown_in_its_largest_whole_unit(
    seconds: int, words: str
) -> None:
    assert durations.interval(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 ms"),
        (0.0124, "12 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (11_400, "3 h 10 min"),
    ],
)
def test_what_was_measured_is_as_exact_as_it_is_of_use(
    seconds: float, words: str
) -> None:
    assert durations.measured(seconds) == words


def test_a_bound_is_written_as_it_is() -> None:
    assert [*map(durations.bound, (0.005, 2.5, 300))] == ["5 ms", "2.5 s", "5 min"]


def test_a_limit_is_written_as_it_was_set() -> None:
    assert [*map(durations.limit, (0.5, 300.0))] == ["0.5 s", "300 s"]


def test_a_mail_has_hours_minutes_and_seconds() -> None:
    assert durations.clock(11_405.7) == "3:10:05"
