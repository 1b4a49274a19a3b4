"""Two that change the same run: what is counted and answered is what happened, in either order.

Each test holds one transaction open until the other one waits for it, or has passed it by.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from django.db import connection

from dashboard.models import Run
from dashboard.store.acts.cancelling import cancel_queued, cancel_run
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration import pauses
from dashboard.store.runs.store import OrmRuns
from qubecb.runner.order import Order
from tests.dashboard.factories import JO
from tests.dashboard.store.in_order import begun_behind, impatient, open_still
from tests.dashboard.store.site import WORKER, Site, ended
from tests.dashboard.store.test_runs import SUBMIT, queue
from tests.dashboard.store.test_runs_at_once import counted, stored

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)


def claim(worker: str = WORKER) -> Sequence[Order]:
    return OrmRuns(8).exchange(worker, [], 8, {})


def bury() -> int:
    return OrmRuns().bury("another")


def test_a_run_that_is_being_claimed_is_asked_to_end(site: Site) -> None:
    queue(site, SUBMIT, 1)
    run = Run.objects.get().pk
    with open_still(claim) as [order]:
        cancelling = begun_behind(partial(cancel_run, run, JO))
    assert cancelling.answer() == "asked"
    assert (order.run_id, site.states()) == (str(run), ["running"])
    assert counted("cancelled") == 0
    assert [*site.store.cancellations(WORKER)] == [str(run)]


def test_a_run_that_is_being_cancelled_is_not_given_out(site: Site) -> None:
    queue(site, SUBMIT, 1)
    run = Run.objects.get().pk
    with open_still(partial(cancel_run, run, JO)) as answer:
        assert not claim()
    assert (answer, site.states(), claim()) == ("cancelled", ["cancelled"], ())
    assert counted("cancelled") == 1


def test_of_those_that_wait_only_what_was_cancelled_is_counted(site: Site) -> None:
    queue(site, SUBMIT, 6)
    key = site.key("a.py")
    with open_still(claim) as orders:
        cancelling = begun_behind(partial(cancel_queued, key.directory, key.file, JO))
    assert len(orders) + cancelling.answer() == 6
    assert counted("cancelled") == stored("cancelled") == cancelling.answer()


def test_two_that_give_up_the_same_runs_count_them_once(site: Site) -> None:
    queue(site, SUBMIT, 3)
    claim()
    with open_still(bury) as first:
        second = bury()
    assert (first, second) == (3, 0)
    assert counted("lost") == stored("lost") == 3


def test_an_outcome_waits_for_who_gives_its_run_up_and_replaces_that(
    site: Site,
) -> None:
    queue(site, SUBMIT, 2)
    orders = claim()
    outcomes = [ended(order) for order in orders]
    with open_still(bury):
        recording = begun_behind(partial(site.record, *outcomes))
    recording.answer()
    assert stored("succeeded") == counted("succeeded") == 2
    assert counted("lost") == 0


def test_a_run_whose_outcome_is_being_recorded_is_not_given_up(site: Site) -> None:
    queue(site, SUBMIT, 2)
    outcomes = [ended(order) for order in claim()]
    with open_still(partial(site.record, *outcomes)), impatient():
        assert bury() == 0
    assert stored("succeeded") == counted("succeeded") == 2
    assert counted("lost") == 0


BOUNDED = "# qubecb: concurrency={count}\na.py = submit-job-self\n"


def test_what_a_mapping_bounds_is_bounded_over_all_hosts(site: Site) -> None:
    queue(site, BOUNDED.format(count=2), 5)
    first, second = claim("a"), claim("b")
    assert (len(first), len(second)) == (2, 0)
    site.record(ended(first[0]))
    assert (len(claim("b")), len(claim("a"))) == (1, 0)


def test_nobody_claims_what_is_bounded_while_another_host_does(site: Site) -> None:
    queue(site, BOUNDED.format(count=3), 12)  # more than a claim looks at
    with open_still(partial(claim, "a")) as first, impatient():
        assert not claim("b")
    assert len(first) == stored("running") == 3


def test_a_run_that_nobody_has_claimed_yet_counts_for_nobody(site: Site) -> None:
    queue(site, BOUNDED.format(count=1), 2)
    with open_still(partial(_held, Run.objects.earliest("id").pk)), impatient():
        assert len(claim("a")) == 1
    assert not claim("b")


def replayed(site: Site) -> int:
    """A lost run whose replay waits."""
    queue(site, SUBMIT, 1)
    site.claim()
    bury()
    lost = Run.objects.get().pk
    replay([lost], JO)
    return lost


def test_who_claims_waits_for_no_chain_that_somebody_records(site: Site) -> None:
    lost = replayed(site)
    pauses.pause(None, None, "night", None, JO)
    with open_still(partial(_held, lost)), impatient():
        assert not claim()
        assert site.states() == ["lost", "queued"]
    assert not claim()
    assert site.states() == ["lost", "suppressed"]


def test_who_gives_up_waits_for_no_chain_that_somebody_records(site: Site) -> None:
    lost = replayed(site)
    claim()
    with open_still(partial(_held, lost)), impatient():
        assert bury() == 0
    assert bury() == 1
    assert [run.open for run in Run.objects.order_by("id")] == [False, True]


def _held(run: int) -> None:
    Run.objects.select_for_update().get(pk=run)
