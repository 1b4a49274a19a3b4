"""What was promised, after a hundred kills at random, a full database and a locked one.

One storm is brewed for all tests of this file; each looks at one promise.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from dashboard.store.runs.store import LOST
from tests.end_to_end.installation import wait_until
from tests.end_to_end.senders import LIFE
from tests.end_to_end.storm import MAPPINGS, VICTIMS, Storm, installation

#: A host that is killed may take along what it alone knew: the end of a run just over.
HOST_DIED = "its host died, so nobody knows how it ended"
KILLS = 96  # and four more when the database is filled and locked
SEED = 20260


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    """An installation that has been through the storm, drained and stopped."""
    site = installation(tmp_path_factory.mktemp("site"))
    site.prepare()
    over = Storm(site, random.Random(SEED))  # noqa: S311 (nothing secret)
    try:
        site.start("web")
        site.start("work")
        wait_until(site.is_up, "the service is up")
        with over.load():
            over.kill(KILLS // 3)
            over.fill_database()
            over.kill(KILLS // 3)
            over.lock_database()
            over.kill(KILLS // 3)
        over.drain()
        assert site.stop("work") == 0
        yield over
    finally:
        site.close()


def test_everything_was_killed_again_and_again(storm: Storm) -> None:
    assert storm.killed.total() >= 100
    assert all(storm.killed[kind] for kind in VICTIMS)


def test_every_accepted_event_is_stored_once(storm: Storm) -> None:
    stored = Counter(
        row[0] for row in storm.site.rows("SELECT event_id FROM dashboard_eventrecord")
    )
    assert stored == Counter(storm.accepted())


def test_every_event_is_counted_once(storm: Storm) -> None:
    assert storm.kinds() == storm.came() != []


def test_events_of_one_source_keep_their_order(storm: Storm) -> None:
    sequences = dict(
        storm.site.rows("SELECT event_id, sequence FROM dashboard_eventrecord")
    )
    for sender in storm.senders:
        order = [sequences[identity] for identity in sender.accepted]
        assert order == sorted(order)


def test_every_planned_run_has_exactly_one_row(storm: Storm) -> None:
    rows = Counter(storm.site.rows("SELECT job, file FROM dashboard_run"))
    jobs = {int(identity.partition("-")[0]) for identity in storm.accepted()}
    assert len(storm.accepted()) == len(jobs) * len(LIFE)
    assert rows == Counter((job, file) for job in jobs for file in MAPPINGS)


def test_no_run_was_started_twice(storm: Storm) -> None:
    assert set(storm.marks().values()) == {1}


def test_a_run_left_its_mark_if_and_only_if_it_was_started(storm: Storm) -> None:
    states = dict(storm.site.rows("SELECT id, state FROM dashboard_run"))
    succeeded = {run for run, state in states.items() if state == "succeeded"}
    assert succeeded <= storm.marks().keys() <= states.keys()


def test_nothing_is_stuck(storm: Storm) -> None:
    states = Counter(
        row[0] for row in storm.site.rows("SELECT state FROM dashboard_run")
    )
    assert states.keys() <= {"succeeded", "crashed", "lost"}
    assert states["succeeded"] > states["crashed"] + states["lost"]


def test_runs_of_a_killed_worker_are_lost_and_no_others(storm: Storm) -> None:
    lost = dict(
        storm.site.rows("SELECT id, reason FROM dashboard_run WHERE state = 'lost'")
    )
    assert {run for run, why in lost.items() if why == LOST} == storm.doomed
    assert set(lost.values()) <= {LOST, HOST_DIED}
    assert storm.doomed


def test_a_full_database_is_answered_507_and_a_locked_one_503(storm: Storm) -> None:
    assert storm.told(507)
    assert storm.told(503)


def test_statistics_count_every_run_once(storm: Storm) -> None:
    assert storm.counted() == storm.stored()


def test_what_went_wrong_is_open_and_nothing_else(storm: Storm) -> None:
    assert storm.misjudged() == []


def test_no_process_and_no_spool_file_is_left(storm: Storm) -> None:
    storm.site.stop("web")
    assert storm.site.left() == []
    assert not list((storm.site.data / "spool" / "new").iterdir())
