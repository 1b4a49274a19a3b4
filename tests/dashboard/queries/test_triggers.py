"""What the pages of triggers read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.queries import triggers as queries
from dashboard.queries.tallies import hours
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.triggers import parse
from tests.dashboard import factories

pytestmark = pytest.mark.django_db
MAPPED = [
    EffectiveMapping("a.py", "done-job-self", 1),
    EffectiveMapping("b.py", "done-job-self", 2),
]


def test_one_trigger_of_two_callbacks_is_one_row() -> None:
    found = queries.mapped_triggers([("/x", MAPPED), ("/y", MAPPED[:1])])
    (row,) = found.values()
    assert row.callbacks == [("/x", "a.py"), ("/x", "b.py"), ("/y", "a.py")]


def test_what_ran_and_is_no_longer_mapped_is_there_too() -> None:
    factories.roll_up(trigger="failed-job-self", failed=2)
    factories.roll_up(trigger="done-job-self", file="a.py")
    rows = queries.with_totals(queries.mapped_triggers([("/x", MAPPED)]), hours())
    queries.with_histories(rows, hours())
    assert [(row.text, row.mapped) for row in rows] == [
        ("failed-job-self", False),
        ("done-job-self", True),
    ]
    assert rows[0].callbacks == [(factories.DIRECTORY, "mail.py")]


@pytest.mark.parametrize("count", [1, 3])
def test_histories_and_events_are_a_fixed_number_of_queries(count: int) -> None:
    for at in range(count):
        factories.roll_up(trigger=f"failed-job-{at + 1}", file=f"{at}.py")
        factories.event(job_id=at + 1)
    with CaptureQueriesContext(connection) as captured:
        rows = queries.with_totals({}, hours())
        queries.with_histories(rows, hours())
        queries.with_last_events(rows)
    assert (len(rows), len(captured)) == (count, 5)
    assert all(row.last_event for row in rows)


def test_done_has_seen_what_failed() -> None:
    event = factories.event(name="failed")
    (seen,) = queries.seen_specs(parse("done-job-self"))
    assert seen.last == event
    (other,) = queries.seen_specs(parse("done-work-self-*"))
    assert other.last is None


def test_a_long_trigger_is_found_by_its_key() -> None:
    text = " || ".join(f"failed-work-self-{at}" for at in range(40))
    factories.run(trigger=text)
    row = queries.TriggerRow(text)
    assert len(row.key) == 200
    assert queries.text_of(row.key) == text
    assert queries.text_of("never-job-self") is None


def test_a_text_that_is_no_trigger_waits_for_nothing() -> None:
    assert queries.kinds_of("((") == set()
