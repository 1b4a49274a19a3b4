"""Events that could not be judged, and events that do not say which item they are about."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dashboard.models import EventRecord
from dashboard.models.events import WAITING
from tests.browser.conftest import Look, Visit
from tests.dashboard import factories

REASON = "it could not be planned: KeyError: 'a frame that nobody has heard of'"


@pytest.fixture
def aside(transactional_db: None) -> EventRecord:
    """Two events that are set aside, and one of an unknown item."""
    factories.heartbeat()
    factories.run(of=factories.event(type="work", runs_count=1))
    for _ in range(2):
        event = factories.event(
            type="work",
            planned_at=None,
            set_aside_at=timezone.now(),
            set_aside_version="1.0.0",
            remark=REASON,
        )
    return event


def test_what_is_set_aside_can_be_read_everywhere(
    look: Look, aside: EventRecord
) -> None:
    look("events-aside", f"{reverse('events')}?caused=aside")
    look("event-aside", reverse("event", args=[aside.pk]))
    look("overview-aside", "/")
    look("events-unknown", reverse("events"))


def test_an_operator_plans_it_again(visit: Visit, aside: EventRecord) -> None:
    page = visit(reverse("event", args=[aside.pk]))
    page.get_by_role("button", name="Plan it again").click()
    expect(page.get_by_text("1 event will be planned again")).to_be_visible()
    assert EventRecord.objects.get(WAITING) == aside
    page.goto(f"{reverse('events')}?caused=aside")
    page.get_by_role("button", name="Plan all of them again").click()
    expect(page.get_by_text("1 event will be planned again")).to_be_visible()
    assert EventRecord.objects.filter(WAITING).count() == 2
