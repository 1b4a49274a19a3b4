"""Times and intervals, of a job and of the site, whatever the clock and the service do."""

from __future__ import annotations

import pytest

from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.dispatch.timers import next_due
from qubecb.events import QUBE_EPOCH
from tests.core.dispatch.site import Site

FIRED = [(7, "a.py")]
SITE = [(0, "a.py")]


def submitted(trigger: str) -> Site:
    """A site at Qube time 1000 where job 7 has just been submitted."""
    site = Site({"a.py": trigger})
    site.happen("submit-job")
    return site


def test_a_time_fires_once_at_its_moment() -> None:
    site = submitted("dummy-time-self-1100")
    assert site.store.next_timer() == 1100 + QUBE_EPOCH
    assert (site.at(1099), site.at(1100), site.at(1101)) == ([], FIRED, [])
    assert site.store.next_timer() is None


def test_a_time_in_the_past_fires_at_once_and_once() -> None:
    site = submitted("dummy-time-self-5")
    assert (site.at(1000), site.at(1000)) == (FIRED, [])


def test_a_time_is_remembered_for_the_rest_of_its_trigger() -> None:
    site = submitted("dummy-time-self-1100 && failed-job-self")
    assert site.at(1100) == []
    assert site.happen("failed-job") == FIRED


def test_a_time_survives_a_restart_and_fires_no_second_time() -> None:
    site = submitted("dummy-time-self-1100")
    site.restart()
    assert site.at(1100) == FIRED
    site.restart()
    assert site.at(1200) == []


def test_a_clock_that_is_set_back_fires_nothing_again() -> None:
    site = submitted("dummy-time-self-1100")
    assert site.at(1105) == FIRED
    assert (site.at(900), site.at(1105), site.at(1110)) == ([], [], [])


@pytest.mark.parametrize("jump", [-200, -3600, -2 * 86400])
@pytest.mark.parametrize("forth", [0, 2 * 86400])
def test_an_interval_goes_on_at_its_pace_when_the_clock_is_set_back(
    jump: int, forth: int
) -> None:
    site = Site({"a.py": "globalrepeat-990-10"})
    assert (site.at(1000), bool(site.at(1000 + forth + 10))) == (SITE, True)
    now = 1000 + jump
    fired = [bool(site.at(now + second)) for second in range(31)]
    assert sum(fired) in (3, 4)
    assert any(fired[:11])


def test_an_interval_of_a_job_goes_on_at_its_pace_too() -> None:
    site = submitted("dummy-repeat-self-990-10")
    assert site.at(1000) == FIRED
    assert [bool(site.at(second)) for second in (100, 109, 110)] == [
        *(False, False, True)
    ]


def test_an_interval_that_has_not_begun_still_begins_at_its_start() -> None:
    site = submitted("dummy-repeat-self-1100-10")
    assert (site.at(900), site.at(1000), site.at(1099)) == ([], [], [])
    assert site.at(1100) == FIRED


def test_a_clock_that_was_set_back_while_it_was_down_is_met_at_the_start() -> None:
    site = Site({"a.py": "globalrepeat-990-10"})
    assert site.at(1000) == SITE
    site.restart()
    assert (site.at(100), site.at(110)) == ([], SITE)


def test_an_interval_fires_at_its_start_and_every_interval() -> None:
    site = submitted("dummy-repeat-self-1100-10")
    moments = [1099, 1100, 1109, 1110, 1120]
    assert [bool(site.at(each)) for each in moments] == [False, True, False, True, True]


def test_an_interval_that_began_in_the_past_keeps_its_places() -> None:
    site = submitted("dummy-repeat-self-5-10")
    assert [bool(site.at(each)) for each in (1004, 1005, 1015)] == [False, True, True]


def test_missed_intervals_are_made_up_for_by_one() -> None:
    site = submitted("dummy-repeat-self-1100-10")
    assert (site.at(1157), site.at(1159), site.at(1160)) == (FIRED, [], FIRED)


@pytest.mark.parametrize("end", ["complete", "failed", "killed", "done"])
def test_intervals_end_when_the_job_is_done(end: str) -> None:
    site = submitted("dummy-repeat-self-1100-10")
    site.happen(f"{end}-job")
    assert site.at(1100) == []
    site.happen("running-job")
    assert site.at(1110) == []


def test_a_time_comes_also_when_the_job_is_done() -> None:
    site = submitted("dummy-time-self-1100")
    site.happen("complete-job")
    assert site.at(1100) == FIRED


def test_an_interval_that_was_due_before_the_end_was_planned_does_not_count() -> None:
    site = submitted("dummy-repeat-self-1100-10")
    site.send("complete-job")
    assert site.at(1100) == []


def test_timers_end_when_the_job_is_removed() -> None:
    site = submitted("dummy-time-self-1100 || dummy-repeat-self-1100-10")
    site.happen("removed-job")
    assert site.at(1100) == []
    assert site.store.timers == {}


def test_a_job_that_is_submitted_again_has_its_times_again() -> None:
    site = submitted("dummy-time-self-1100")
    assert site.at(1100) == FIRED
    site.happen("submit-job")
    assert site.at(1101) == FIRED


def test_the_same_time_of_two_mappings_is_one_event() -> None:
    site = Site({"a.py": "dummy-time-self-5", "b.py": "dummy-time-self-5"})
    site.happen("submit-job")
    assert site.at(1000) == [(7, "a.py"), (7, "b.py")]
    assert len(site.store.events) == 2


def test_the_event_of_a_timer_changes_nothing_of_its_job() -> None:
    site = Site({"a.py": "dummy-time-self-5"})
    site.happen("submit-job", pgrp=3, label="x", status="blocked")
    before = site.store.jobs[7]
    site.at(1000)
    assert site.store.jobs[7] == before


# Of the site.


def test_a_time_of_the_site_fires_once_for_no_job() -> None:
    site = submitted("globaltime-1100")
    assert (site.at(1099), site.at(1100), site.at(1101)) == ([], SITE, [])
    site.restart()
    assert site.at(1102) == []


def test_a_time_of_the_site_needs_no_job_and_no_edit() -> None:
    assert Site({"a.py": "globaltime-5"}).at(1000) == SITE


def test_an_edit_that_leaves_a_time_as_it_is_does_not_fire_it_again() -> None:
    site = Site({"a.py": "globaltime-5"})
    assert site.at(1000) == SITE
    site.edit({"b.py": "done-job-self", "a.py": "globaltime-5"})
    assert site.at(1001) == []


def test_an_edit_that_changes_a_time_fires_it_anew() -> None:
    site = Site({"a.py": "globaltime-5"})
    assert site.at(1000) == SITE
    site.edit({"a.py": "globaltime-6"})
    assert site.at(1001) == SITE


def test_a_time_of_the_site_fires_for_each_mapping_by_itself() -> None:
    site = Site({"a.py": "globaltime-5", "b.py": "globaltime-5"})
    assert sorted(site.at(1000)) == [(0, "a.py"), (0, "b.py")]


def test_an_interval_of_the_site_goes_on_while_it_is_configured() -> None:
    site = Site({"a.py": "globalrepeat-1100-10"})
    assert (site.at(1000), site.at(1100), site.at(1110)) == ([], SITE, SITE)
    site.edit({})
    assert (site.at(1120), site.at(1130)) == ([], [])
    site.edit({"a.py": "globalrepeat-1100-10"})
    assert (site.at(1135), site.at(1140)) == ([], SITE)


def test_a_plain_global_never_fires() -> None:
    site = Site({"a.py": "global"})
    assert site.at(10**9) == []


# Under live binding.


def test_a_live_edit_gives_attached_jobs_their_new_times() -> None:
    site = Site({}, binding="live")
    site.happen("submit-job")
    site.edit({"a.py": "dummy-time-self-1100"})
    assert (site.at(1000), site.at(1100)) == ([], FIRED)


def test_a_live_edit_takes_times_away_and_gives_them_back() -> None:
    site = Site({"a.py": "dummy-time-self-1100"}, binding="live")
    site.happen("submit-job")
    site.edit({})
    assert site.at(1100) == []
    site.edit({"a.py": "dummy-time-self-1100"})
    assert site.at(1101) == FIRED


def test_a_live_edit_gives_no_interval_to_a_job_that_is_done() -> None:
    site = Site({}, binding="live")
    site.happen("submit-job", "complete-job")
    site.edit({"a.py": "dummy-repeat-self-1100-10"})
    assert site.at(1100) == []


def test_many_timers_are_fired_in_several_transactions() -> None:
    site = Site({"a.py": "dummy-time-self-5"})
    for job in range(2, 1202):
        site.send("submit-job", job=job)
    site.plan()
    assert site.dispatcher.tick() == 1200


def test_the_next_place_of_an_interval_is_on_its_own_grid() -> None:
    timer = Timer(TimerKey(7, "dummy", "repeat", "5-10"), due=5.0, interval=10)
    assert [next_due(timer, now) for now in (5.0, 14.9, 15.0, 1004.0)] == [
        15.0,
        15.0,
        25.0,
        1005.0,
    ]
