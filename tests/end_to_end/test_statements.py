"""The way of an event to its run is short: so many statements, so many commits, and no more.

What is counted is what the real processes ask of the database. What they do by the clock
(signs of life, a look each second) falls between now and then, so of several events the one
that met least of that counts.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dashboard.store import postgres
from tests.end_to_end import counted
from tests.end_to_end.installation import Installation, wait_until
from tests.end_to_end.on_postgres import OnPostgres
from tests.end_to_end.senders import UNFINISHED

SCRIPT = "open({log!r}, 'ab', 0).write(b'script: begins\\n')\n"
SENT, BEGUN = "test: sends", "script: begins"
#: Threads that look after the house, and have nothing to do with an event.
HOUSE = ("house", "watcher", "spool", "pruner", "waker", "backtests")
#: What the recorder looks for each second while something runs.
WISHES = "AND cancel_reason <> ''"
EVENTS = 6


@dataclass(frozen=True, slots=True)
class Way:
    """What was asked of the database for one event, in order."""

    to_the_script: list[str]
    to_the_end: list[str]

    @classmethod
    def of(cls, lines: list[str]) -> Way:
        """Read what was written down between an event and the next one."""
        asked = [line for line in lines if not line.startswith(HOUSE)]
        own = [line for line in asked if not line.endswith(WISHES)]
        begun = own.index(BEGUN)
        return cls(own[:begun], own[begun + 1 :])


def commits(lines: list[str]) -> int:
    return sum(line.endswith(": COMMIT") for line in lines)


def since_sent(log: Path) -> list[str]:
    """What was noted since the newest event was sent."""
    return log.read_text().rpartition(f"{SENT}\n")[2].splitlines()


def installation(path: Path, make: type[Installation], **settings: str) -> Installation:
    log = path / "statements"
    script = SCRIPT.format(log=str(log))
    settings[counted.FILE] = str(log)
    site = make(path, {"a.py": script}, {"a.py": "submit-job-self"}, settings)
    site.program = Path(counted.__file__)
    return site


def ways(site: Installation) -> list[Way]:
    """Send events one after the other; the first one finds everything cold."""
    log = Path(site.settings[counted.FILE])
    site.prepare()
    site.start("web")
    site.start("work")
    wait_until(site.is_up, "the service is up")
    for number in range(EVENTS):
        with log.open("a") as file:
            file.write(f"{SENT}\n")
        event = {"name": "submit", "type": "job", "job": {"id": number + 1}}
        assert site.post(event).status == 202
        wait_until(lambda: not site.value(UNFINISHED), "the run is recorded")
        # others see what is committed before the one who commits can write so
        wait_until(lambda: commits(since_sent(log)) >= 3, "its commits are noted")
    found = log.read_text().split(f"{SENT}\n")[2:]
    return [Way.of(each.splitlines()) for each in found]


def shortest(site: Installation) -> Way:
    try:
        return min(
            ways(site), key=lambda way: len(way.to_the_script) + len(way.to_the_end)
        )
    finally:
        site.close()


def test_an_event_takes_16_statements_and_2_commits_to_the_first_line_of_its_script(
    tmp_path: Path,
) -> None:
    way = shortest(installation(tmp_path, Installation))
    assert len(way.to_the_script) <= 16, "\n".join(way.to_the_script)
    assert commits(way.to_the_script) == 2
    assert commits(way.to_the_end) == 1


def test_postgresql_takes_two_more_for_its_lock_and_its_wake_up(tmp_path: Path) -> None:
    if postgres.programs() is None:
        if os.environ.get("CI"):
            pytest.fail("the tests need PostgreSQL; bin/test installs it")
        pytest.skip("there is no PostgreSQL here")
    with postgres.server(*postgres.QUICK) as folder:
        url = postgres.database(folder, "counted")
        site = installation(tmp_path, OnPostgres, QUBECB_DATABASE_URL=url)
        way = shortest(site)
    assert len(way.to_the_script) <= 18, "\n".join(way.to_the_script)
    assert commits(way.to_the_script) == 2
    assert commits(way.to_the_end) == 1
