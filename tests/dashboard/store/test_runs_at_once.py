"""Several processes that look at the same runs: what is counted and answered is what happened."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.db.models import Sum

from dashboard.models import RollUp, Run
from dashboard.store.acts.cancelling import cancel_queued, cancel_run
from dashboard.store.runs.store import OrmRuns
from qubecb.runner.order import Order
from tests.dashboard.factories import JO
from tests.dashboard.store.at_once import at_once
from tests.dashboard.store.site import WORKER, Site, ended
from tests.dashboard.store.test_runs import queue

RUNS = 30
SUBMIT = f"# qubecb: concurrency={RUNS}\na.py = submit-job-self\n"


def counted(state: str) -> int:
    """How many ends of this kind the statistics hold."""
    return int(RollUp.objects.aggregate(sum=Sum(state))["sum"] or 0)


def stored(state: str) -> int:
    """How many runs are in this state."""
    return Run.objects.filter(state=state).count()


def claimed(site: Site) -> list[Order]:
    """Runs that are running."""
    queue(site, SUBMIT, RUNS)
    return list(site.claim(free=RUNS))


def test_a_run_is_cancelled_or_given_out_and_never_both(site: Site) -> None:
    queue(site, SUBMIT, RUNS)
    runs = list(Run.objects.values_list("id", flat=True))
    answers: dict[int, str] = {}

    def cancel() -> None:
        for run in runs:
            answers[run] = cancel_run(run, JO)

    def claim() -> None:
        for _ in runs:
            OrmRuns(RUNS).exchange(WORKER, [], 1, {})

    at_once(cancel, claim)
    assert counted("cancelled") == stored("cancelled")
    assert all(answers.values())
    asked = Run.objects.filter(state="running").exclude(cancel_reason="")
    assert asked.count() + stored("cancelled") == RUNS


def test_what_waits_is_cancelled_once_by_whoever_asks(site: Site) -> None:
    queue(site, SUBMIT, RUNS)
    key = site.key("a.py")
    cancel = partial(cancel_queued, key.directory, key.file, JO)
    at_once(cancel, cancel, lambda: site.claim(free=5))
    assert counted("cancelled") == stored("cancelled")
    assert stored("queued") == 0


def test_runs_of_a_dead_worker_are_lost_once(site: Site) -> None:
    claimed(site)
    counts: list[int] = []

    def bury() -> None:
        counts.append(OrmRuns().bury("another"))

    at_once(bury, bury, bury, bury)
    assert sum(counts) == counted("lost") == stored("lost") == RUNS


def test_an_outcome_that_comes_while_its_run_is_given_up_is_counted_once(
    site: Site,
) -> None:
    orders = claimed(site)
    outcomes = [replace(ended(order), reason="late") for order in orders]

    def record() -> None:
        for outcome in outcomes:
            OrmRuns().exchange(WORKER, [outcome], 0, {})

    at_once(record, *[partial(OrmRuns().bury, "another")] * 3)
    record()
    assert stored("succeeded") == counted("succeeded") == RUNS
    assert counted("lost") == 0
