"""Nobody is given up by a process that cannot know: after an outage, after a leap of the clock."""

from __future__ import annotations

import pytest

from dashboard.service.steadiness import GAP, STEADY, Steadiness


class Life:
    """A process that gives a sign each second, by a clock of its own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.database = 5000.0
        self.steadiness = Steadiness(lambda: self.now)

    def live(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.pass_by(1.0)
            self.sign()

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self.database += seconds

    def sign(self) -> None:
        self.steadiness.stored(self.database)


@pytest.fixture
def life() -> Life:
    made = Life()
    made.sign()
    return made


def test_at_first_it_looks_on(life: Life) -> None:
    life.live(STEADY - 1)
    assert not life.steadiness.lasts
    life.live(1)
    assert life.steadiness.lasts


def test_after_an_outage_it_looks_on_again(life: Life) -> None:
    life.live(STEADY)
    life.pass_by(GAP + 0.1)
    life.sign()
    assert not life.steadiness.lasts
    life.live(STEADY)
    assert life.steadiness.lasts


def test_a_sign_that_is_a_little_late_is_no_outage(life: Life) -> None:
    life.live(STEADY)
    life.pass_by(GAP - 0.1)
    life.sign()
    assert life.steadiness.lasts


@pytest.mark.parametrize("leap", [3600.0, -3600.0])
def test_after_the_database_s_clock_was_set_it_looks_on_again(
    life: Life, leap: float
) -> None:
    life.live(STEADY)
    life.database += leap
    life.live(1)
    assert not life.steadiness.lasts
    life.live(STEADY)
    assert life.steadiness.lasts
