"""What a filter offers to be replayed or dismissed."""

from __future__ import annotations

import pytest

from dashboard.queries import replays as queries
from dashboard.queries.runs import RunFilter
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


def test_it_counts_what_is_open_callback_by_callback() -> None:
    opened = [factories.run(state="failed").pk]
    opened += [factories.run(state="suppressed", file="b.pl").pk for _ in range(2)]
    factories.run()
    factories.run(state="failed", settled="dismissed", settled_by="jo")
    factories.run(state="failed", test=True)
    factories.run(state="queued")
    plan = queries.replay_plan(RunFilter())
    assert plan.ids == tuple(sorted(opened, reverse=True))
    named = [(file, count) for _, file, count in plan.callbacks]
    assert named == [("b.pl", 2), ("mail.py", 1)]
    assert (plan.open, plan.suppressed, plan.more) == (3, 2, False)


@pytest.mark.parametrize("state", ["succeeded", "cancelled"])
def test_what_needs_nobody_is_offered_only_where_the_filter_names_its_state(
    state: str,
) -> None:
    run = factories.run(state=state)
    assert queries.replay_plan(RunFilter()).ids == ()
    plan = queries.replay_plan(RunFilter(states=(state,)))
    assert (plan.ids, plan.open) == ((run.pk,), 0)


def test_of_a_chain_that_succeeded_the_newest_is_offered() -> None:
    old = factories.run()
    new = factories.run(event=old.event, replay_of=old.pk, chain=old.pk)
    assert queries.replay_plan(RunFilter(states=("succeeded",))).ids == (new.pk,)


@pytest.mark.parametrize("state", ["queued", "running"])
def test_what_is_being_replayed_is_not_offered(state: str) -> None:
    first = factories.run(state="failed", open=False)
    second = factories.run(state="failed", replay_of=first.pk, chain=first.pk)
    factories.run(state=state, replay_of=first.pk, chain=first.pk)
    assert second.open
    assert queries.replay_plan(RunFilter()).ids == ()


def test_it_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "REPLAYED", 2)
    newest = [factories.run(state="failed").pk for _ in range(3)][1:]
    plan = queries.replay_plan(RunFilter())
    assert sorted(plan.ids) == newest
    assert plan.more
