"""Who is connected and does no good harms nobody: bench/connections.py has the figures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.crowd import HALF, IDLE, Crowd, shout
from tests.end_to_end.installation import Installation, web_alone

EVENT = {"name": "modified", "type": "job", "job": {"id": 7}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with web_alone(tmp_path_factory.mktemp("site") / "roomy") as site:
        yield site


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[Installation]:
    """A site that may have 200 files open, so 100 connections."""
    with web_alone(tmp_path, QUBECB_TEST_FILES="200") as site:
        yield site


def test_a_crowd_that_is_slow_and_loud_is_noticed_by_nobody(site: Installation) -> None:
    with contextlib.closing(Crowd(site.port, idle=200, half=50)) as crowd:
        for number in range(20):
            shout(site.port, number)
            assert site.ask("GET", "/healthz").status == 503  # nothing works here
            assert site.post(EVENT).status == 202
            crowd.turn(0.01)
        assert crowd.closed == {IDLE: 0, HALF: 0}


def test_who_asks_for_nonsense_fills_no_log(site: Installation) -> None:
    log = site.data / "log" / "web.log"
    with contextlib.closing(site.connect(20.0)) as connection:
        for number in range(100):
            missing = site.ask_over(connection, "GET", f"/{number}/{'A' * 20_000}")
            assert missing.status == 404
            shout(site.port, number)
    told = log.read_text()
    assert "Not Found: /0/AAA" in told
    assert "A" * 201 not in told
    assert len(told) < 20_000


def test_with_too_few_files_the_idlest_make_room_and_the_log_says_so(
    cramped: Installation,
) -> None:
    with contextlib.closing(Crowd(cramped.port, idle=110, half=10)) as crowd:
        for _ in range(5):
            assert cramped.post(EVENT).status == 202
            crowd.turn(0.02)
        assert crowd.closed[IDLE] > 0
    told = (cramped.data / "log" / "web.log").read_text()
    assert "the limit of open files is 200, so 100 may be connected at a time" in told
    assert "Too many open files" not in told
