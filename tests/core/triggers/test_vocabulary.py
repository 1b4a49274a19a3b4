"""Guessing what was meant, and Qube time."""

from __future__ import annotations

import pytest

from qubecb.events import TIME_TYPES
from qubecb.triggers.vocabulary import (
    EVENT_NAMES,
    GLOBAL_TYPES,
    TYPES,
    describe_time,
    looks_like,
    nearest,
    qube_time,
    unix_time,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("compleet", "complete"),
        ("Done", "done"),
        ("fail", "failed"),
        ("submitted", "submit"),
        ("started", "running"),
        ("unblocked", "unblock"),
        ("pending", None),
        ("Suspended", None),
        ("published", None),
        ("x" * 5000, None),
    ],
)
def test_the_nearest_known_name_is_found(written: str, meant: str | None) -> None:
    assert nearest(written) == meant


@pytest.mark.parametrize("name", EVENT_NAMES)
def test_a_known_name_is_nearest_to_itself(name: str) -> None:
    assert nearest(name) == name


@pytest.mark.parametrize(
    ("word", "slip"),
    [
        ("self", True),
        ("SELF", True),
        ("sefl", True),
        ("sel", True),
        ("selff", True),
        ("salf", True),
        ("shelve", False),
        ("render", False),
        ("fles", False),
        ("", False),
    ],
)
def test_one_slip_of_the_fingers_is_recognized(word: str, slip: bool) -> None:
    assert looks_like(word, "self") is slip


def test_the_time_types_are_types_and_the_global_ones_time_types() -> None:
    assert set(TYPES) > set(TIME_TYPES) > GLOBAL_TYPES


def test_qube_time_begins_at_its_epoch() -> None:
    assert (unix_time(0), qube_time(946702800.9)) == (946702800, 0)


def test_a_qube_time_is_shown_in_utc() -> None:
    assert describe_time(79290600) == "2002-07-06 22:10:00 UTC"
