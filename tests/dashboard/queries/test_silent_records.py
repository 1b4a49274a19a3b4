"""Changes that mean no event of Qube are records: only the page of their job tells of them."""

from __future__ import annotations

import pytest

from dashboard.models import EventRecord
from dashboard.queries import api, events, fire, search
from dashboard.queries.timeline import timeline
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent() -> EventRecord:
    """What `qb.retry(5042)` leaves, once it is planned."""
    factories.job(5042)
    change = {"verb": "retry", "targets": ["5042"], "arguments": {}}
    return factories.event(
        event_id="silent", name="", type="", job_id=5042, change=change, test=True
    )


def test_no_list_has_it(silent: EventRecord) -> None:
    assert not events.matching(events.EventFilter()).exists()
    assert not events.matching(events.EventFilter(job=5042)).exists()


def test_the_timeline_of_its_job_tells_of_it_as_of_an_act(silent: EventRecord) -> None:
    [entry] = timeline([5042]).entries
    assert (entry.spec, entry.is_act, entry.silent) == ("retry", True, False)


def test_one_that_is_set_aside_is_listed_under_its_verb(silent: EventRecord) -> None:
    EventRecord.objects.update(planned_at=None, set_aside_at=silent.accepted_at)
    assert [each.spec for each in events.matching(events.EventFilter())] == ["retry"]
    assert events.get_event(silent.pk) == silent


def test_no_page_of_an_event_shows_it(silent: EventRecord) -> None:
    assert events.get_event(silent.pk) is None
    assert search.search("silent").events == []
    assert search.search(f"event {silent.pk}").events == []


def test_the_api_does_not_know_it(silent: EventRecord) -> None:
    assert api.event("silent") is None


def test_it_cannot_be_fired_again(silent: EventRecord) -> None:
    assert fire.sequence_of("silent") is None
    assert fire.fired(silent.pk) is None
    assert fire.from_event(silent.pk) == {}
