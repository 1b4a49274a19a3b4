"""A worker whose transaction failed says what it holds, and is told what it claimed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from dashboard.models import RollUp, Run
from qubecb.errors import StoreError
from qubecb.runner.claims import Claims
from qubecb.runner.order import Order
from tests.dashboard.store.cutting import answer_lost
from tests.dashboard.store.site import WORKER, Site, ended
from tests.dashboard.store.test_runs import SUBMIT, queue

postgres_only = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite is asked in the process itself"
)


def test_what_a_worker_claimed_and_does_not_hold_is_given_to_it_as_it_was(
    site: Site,
) -> None:
    queue(site, SUBMIT, 3)
    orders = site.claim()
    assert site.store.recover(WORKER, {orders[0].run_id}) == list(orders[1:])
    assert site.store.recover("another", ()) == []
    assert site.states() == ["running"] * 3


def test_what_a_worker_holds_is_running_though_the_database_forgot_it(
    site: Site,
) -> None:
    queue(site, SUBMIT, 2)
    first, second = site.claim()
    Run.objects.update(state="queued", worker="", started_at=None)
    assert site.store.recover(WORKER, {first.run_id}) == []
    assert [order.run_id for order in site.claim()] == [second.run_id]
    assert set(Run.objects.values_list("worker", flat=True)) == {WORKER}


def test_what_has_ended_stays_so_whoever_holds_it(site: Site) -> None:
    queue(site, SUBMIT, 1)
    [order] = site.claim()
    site.record(ended(order))
    assert site.store.recover(WORKER, {order.run_id}) == []
    assert site.states() == ["succeeded"]


def test_a_run_without_an_event_is_not_left_running(site: Site) -> None:
    queue(site, SUBMIT, 1)
    site.claim()
    Run.objects.update(event=999)
    assert site.store.recover(WORKER, ()) == []
    assert site.states() == ["failed"]


@postgres_only
def test_runs_are_started_once_where_the_answer_to_their_claim_is_lost(
    site: Site,
) -> None:
    started: list[Order] = []
    queue(site, SUBMIT, 2)
    claims = Claims(WORKER, site.store, 8, started.extend)
    with answer_lost(), pytest.raises(StoreError):
        claims.exchange([])
    assert (started, site.states()) == ([], ["running"] * 2)
    claims.exchange([])
    claims.exchange([])
    assert [int(order.run_id) for order in started] == [
        *Run.objects.order_by("id").values_list("id", flat=True)
    ]


@postgres_only
def test_outcomes_are_counted_once_where_the_answer_to_them_is_lost(site: Site) -> None:
    started: list[Order] = []
    queue(site, SUBMIT, 2)
    claims = Claims(WORKER, site.store, 8, started.extend)
    claims.exchange([])
    outcomes = [ended(order) for order in started]
    with answer_lost(), pytest.raises(StoreError):
        claims.exchange(outcomes)
    claims.exchange([replace(each, reason="again") for each in outcomes])
    assert (site.states(), len(started)) == (["succeeded"] * 2, 2)
    assert (RollUp.objects.get().succeeded, dict(claims.held)) == (2, {})
