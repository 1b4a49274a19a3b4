"""What is open and what is settled, whatever becomes of a run and of its replays."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dashboard.models import AuditEntry, RollUp, Run
from dashboard.store.acts.cancelling import cancel_run
from dashboard.store.acts.dismissing import discard, dismiss
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration import pauses
from dashboard.store.runs.pruning import Retention, prune
from dashboard.store.runs.settling import NOTHING, Member, Standing, decider, standings
from qubecb.runner.outcome import RunState
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site, ended

SUBMIT = "a.py = submit-job-self\n"
#: The states in which a run is open until it is settled.
OPENS = ("failed", "timed_out", "crashed", "lost", "suppressed")


@pytest.fixture
def failed(site: Site) -> int:
    """A run that failed."""
    site.write(SUBMIT)
    site.send("submit-job")
    return end(site, "failed")


def end(site: Site, state: str) -> int:
    """Claim the one run that waits, and let it end so; gives it."""
    [order] = site.claim()
    if state == "lost":
        site.store.bury("another")
    else:
        site.record(ended(order, RunState(state)))
    return int(order.run_id)


def again(site: Site, run: int, state: str = "") -> int:
    """Replay a run and let that end so; gives the new one."""
    [new] = replay([run], JO).values()
    return end(site, state) if state else new


def opened() -> list[int]:
    """The runs that are open."""
    return list(Run.objects.filter(open=True).values_list("id", flat=True))


def settled(run: int) -> tuple[str, str]:
    """What settled a run, and by what."""
    found = Run.objects.get(pk=run)
    return found.settled, found.settled_by


@pytest.mark.parametrize("state", [each.value for each in RunState if each.ended])
def test_a_run_is_open_when_it_went_wrong_or_was_kept_back(
    site: Site, state: str
) -> None:
    site.write(SUBMIT)
    if state == "suppressed":
        pauses.pause(None, None, "night", None, JO)
    site.send("submit-job")
    if state != "suppressed":
        end(site, state)
    assert site.states() == [state]
    assert bool(opened()) == (state in OPENS)


def test_what_is_paused_while_it_waits_is_open(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    pauses.pause(None, None, "night", None, JO)
    assert site.claim() == ()
    assert opened() == [Run.objects.get().pk]


def test_a_run_whose_event_is_gone_is_open(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    Run.objects.update(event=999)
    site.claim()
    assert opened() == [Run.objects.get().pk]


@pytest.mark.parametrize("state", ["failed", "lost"])
def test_a_test_is_never_open(site: Site, state: str) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    Run.objects.update(test=True)
    end(site, state)
    assert not opened()


def test_a_replay_that_succeeds_makes_the_whole_chain_good(
    site: Site, failed: int
) -> None:
    second = again(site, failed, "timed_out")
    third = again(site, second, "succeeded")
    assert not opened()
    assert settled(failed) == settled(second) == ("made-good", str(third))
    assert settled(third) == ("", "")


def test_a_chain_counts_once_and_its_newest_member_stands_for_it(
    site: Site, failed: int
) -> None:
    second = again(site, failed, "failed")
    assert opened() == [second]
    third = again(site, failed, "crashed")
    assert opened() == [third]
    assert [settled(run)[0] for run in (failed, second, third)] == ["", "", ""]


def test_a_run_is_open_while_its_replay_waits_and_runs(site: Site, failed: int) -> None:
    again(site, failed)
    assert opened() == [failed]
    site.claim()
    assert opened() == [failed]


def test_a_replay_that_was_cancelled_decides_nothing(site: Site, failed: int) -> None:
    cancel_run(again(site, failed), JO)
    assert opened() == [failed]
    good = again(site, failed, "succeeded")
    again(site, failed, "cancelled")
    assert not opened()
    assert settled(failed) == ("made-good", str(good))


def test_what_was_made_good_and_fails_once_more_is_open_again(
    site: Site, failed: int
) -> None:
    good = again(site, failed, "succeeded")
    worse = again(site, good, "failed")
    assert opened() == [worse]
    assert settled(failed) == ("", "")


def test_a_replay_that_is_kept_back_stands_for_its_chain(
    site: Site, failed: int
) -> None:
    pauses.pause(str(site.directory), "a.py", "too loud", None, JO)
    kept = again(site, failed)
    assert opened() == [kept]
    run = Run.objects.get(pk=kept)
    assert (run.state, run.reason) == ("suppressed", "the callback is paused: too loud")
    assert RollUp.objects.get().suppressed == 1


def test_a_late_outcome_of_a_lost_run_settles_it(site: Site) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    [order] = site.claim()
    site.store.bury("another")
    assert opened() == [int(order.run_id)]
    site.record(ended(order))
    assert not opened()


@pytest.mark.parametrize("late", ["succeeded", "failed", "cancelled"])
def test_a_late_outcome_does_not_outweigh_a_newer_replay(site: Site, late: str) -> None:
    site.write(SUBMIT)
    site.send("submit-job")
    [order] = site.claim()
    site.store.bury("another")
    good = again(site, int(order.run_id), "succeeded")
    site.record(ended(order, RunState(late)))
    assert not opened()
    wrong = late == "failed"
    expected = ("made-good", str(good)) if wrong else ("", "")
    assert settled(int(order.run_id)) == expected


def test_a_lost_replay_that_ended_well_after_all_makes_good(
    site: Site, failed: int
) -> None:
    again(site, failed)
    [order] = site.claim()
    site.store.bury("another")
    assert opened() == [int(order.run_id)]
    site.record(ended(order))
    assert not opened()
    assert settled(failed) == ("made-good", order.run_id)


class TestDismissing:
    """A person's decision."""

    def test_it_settles_the_chain_with_name_and_reason(
        self, site: Site, failed: int
    ) -> None:
        newer = again(site, failed, "failed")
        assert dismiss([failed], JO, "the shot was cut") == [newer]
        assert not opened()
        assert settled(failed) == settled(newer) == ("dismissed", "jo")
        assert Run.objects.get(pk=newer).settled_reason == "the shot was cut"
        entry = AuditEntry.objects.get(act="dismiss")
        assert entry.details == {"runs": 1, "reason": "the shot was cut"}

    def test_it_is_done_once(self, failed: int) -> None:
        assert dismiss([failed], JO, "known") == [failed]
        assert dismiss([failed], JO, "again") == []
        assert AuditEntry.objects.get(act="dismiss").details["reason"] == "known"

    def test_nothing_is_dismissed_while_a_replay_has_not_ended(
        self, site: Site, failed: int
    ) -> None:
        again(site, failed)
        assert dismiss([failed], JO, "known") == []
        site.claim()
        assert dismiss([failed], JO, "known") == []

    def test_a_replay_of_what_was_dismissed_decides_anew(
        self, site: Site, failed: int
    ) -> None:
        dismiss([failed], JO, "known")
        newer = again(site, failed, "failed")
        assert opened() == [newer]
        again(site, newer, "succeeded")
        assert settled(failed)[0] == "made-good"

    def test_a_late_outcome_leaves_a_dismissal(self, site: Site) -> None:
        site.write(SUBMIT)
        site.send("submit-job")
        [order] = site.claim()
        site.store.bury("another")
        dismiss([int(order.run_id)], JO, "known")
        site.record(ended(order, RunState.FAILED))
        assert settled(int(order.run_id)) == ("dismissed", "jo")
        assert not opened()

    def test_a_discard_is_the_dismissal_of_what_was_suppressed(
        self, site: Site, failed: int
    ) -> None:
        pauses.pause(None, None, "night", None, JO)
        kept = again(site, failed)
        assert discard([failed], JO) == []
        assert discard([kept], JO) == [kept]
        assert site.states() == ["failed", "suppressed"]
        assert settled(failed) == settled(kept) == ("dismissed", "jo")
        assert RollUp.objects.get().cancelled == 0

    def test_what_is_not_open_is_left_alone(self, site: Site) -> None:
        site.write(SUBMIT)
        site.send("submit-job")
        good = end(site, "succeeded")
        assert dismiss([good, 999], JO, "known") == []
        assert not AuditEntry.objects.exists()


class TestReplaying:
    """A chain of which a member waits or runs is not replayed."""

    def test_neither_the_run_nor_another_of_its_chain(
        self, site: Site, failed: int
    ) -> None:
        second = again(site, failed, "failed")
        third = again(site, second)
        assert replay([failed, second], JO) == {}
        site.claim()
        assert replay([failed, second, third], JO) == {}

    def test_of_a_chain_the_newest_that_is_asked_for(
        self, site: Site, failed: int
    ) -> None:
        second = again(site, failed, "failed")
        assert list(replay([failed, second], JO)) == [second]

    def test_asked_for_by_many_at_once_it_is_one_run(
        self, site: Site, failed: int
    ) -> None:
        second = again(site, failed, "failed")
        chain, together = (failed, second) * 2, threading.Barrier(4)
        with ThreadPoolExecutor(4) as people:
            found = people.map(lambda run: self.ask(run, together), chain)
            assert sorted(found) == [0, 0, 0, 1]
        assert site.states() == ["failed", "failed", "queued"]

    @staticmethod
    def ask(run: int, together: threading.Barrier) -> int:
        together.wait()
        try:
            return len(replay([run], JO))
        finally:
            connection.close()


class TestPruning:
    """What is left of a chain is judged without what is gone."""

    @staticmethod
    def forget(run: int) -> None:
        long_ago = timezone.now() - timedelta(days=100)
        Run.objects.filter(pk=run).update(queued_at=long_ago)
        prune(Retention(days=90))
        assert not Run.objects.filter(pk=run).exists()

    def test_a_run_that_was_made_good_stays_so(self, site: Site, failed: int) -> None:
        good = again(site, failed, "succeeded")
        self.forget(good)
        assert settled(failed) == ("made-good", str(good))
        assert not opened()

    def test_a_run_stands_for_its_chain_again(self, site: Site, failed: int) -> None:
        self.forget(again(site, failed, "failed"))
        assert opened() == [failed]

    def test_the_first_run_of_a_chain_takes_nothing_along(
        self, site: Site, failed: int
    ) -> None:
        newer = again(site, failed, "failed")
        self.forget(failed)
        assert opened() == [newer]
        again(site, newer, "succeeded")
        assert settled(newer)[0] == "made-good"


def test_recording_costs_the_same_for_one_run_and_for_three(
    site: Site,
) -> None:
    site.write(SUBMIT)
    costs = []
    for jobs in (1, 3):
        for job in range(jobs):
            site.send("submit-job", job=job + 10)
        orders = site.claim()
        outcomes = [ended(order, RunState.FAILED) for order in orders]
        with CaptureQueriesContext(connection) as captured:
            site.record(*outcomes)
        costs.append(len(captured))
    assert costs[0] == costs[1]


STATES = st.sampled_from(list(RunState))
SETTLED = st.sampled_from(["", "dismissed", "made-good"])
CHAINS = st.lists(st.tuples(STATES, SETTLED, st.booleans()))


@given(CHAINS, st.booleans())
def test_of_any_chain_at_most_one_run_is_open_and_it_is_the_one_that_decides(
    chain: list[tuple[RunState, str, bool]], test: bool
) -> None:
    members = [
        Member(at, state, test, None, Standing(was_open, was if state.opens else ""))
        for at, (state, was, was_open) in enumerate(chain)
    ]
    found, newest = standings(members), decider(members)
    assert [each for each in members if found[each.id].open] in ([], [newest])
    for each in members:
        told = found[each.id]
        assert not (told.open and told.settled)
        assert each.opens or told == NOTHING
    again = [Member(m.id, m.state, m.test, None, found[m.id]) for m in members]
    assert standings(again) == found
