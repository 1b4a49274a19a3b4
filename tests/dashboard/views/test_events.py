"""Events, and what each caused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.models import AuditEntry, EventRecord
from dashboard.models.events import SOURCES, WAITING
from tests.dashboard import factories
from tests.dashboard.reading import Page, read

EVENTS = reverse("events")
AGAIN = reverse("events-plan-again")
#: What an event has that could not be judged.
ASIDE = {
    "planned_at": None,
    "set_aside_at": timezone.now(),
    "set_aside_version": "1.0",
    "remark": "it could not be planned: KeyError: 'frame'",
}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"runs_count": 2}, "2 runs"),
        ({"runs_count": 0}, "nothing"),
        ({"planned_at": None}, "waiting"),
        (ASIDE, "set aside"),
    ],
)
def test_the_list_says_what_each_caused(
    viewer: Client, given: dict[str, object], said: str
) -> None:
    factories.event(**given)
    assert read(viewer, EVENTS).column("Caused") == [said]


def test_filters_stand_in_the_address(viewer: Client) -> None:
    wanted = factories.event(name="done", type="work", extra="7")
    factories.event()
    for query in ("name=done", "type=work", f"name=done&job={wanted.job_id}"):
        rows = viewer.get(f"{EVENTS}?{query}").context["rows"]
        assert [row["event"] for row in rows] == [wanted]


@pytest.mark.parametrize("source", SOURCES)
def test_events_can_be_asked_for_by_where_they_come_from(
    viewer: Client, source: str
) -> None:
    wanted = factories.event(source=source)
    factories.event(source="fire" if source == "api" else "api")
    rows = viewer.get(f"{EVENTS}?source={source}").context["rows"]
    assert [row["event"] for row in rows] == [wanted]


def test_a_filter_that_cannot_be_read_shows_nothing_and_says_why(
    viewer: Client,
) -> None:
    factories.event()
    answer = viewer.get(f"{EVENTS}?since=yesterday&caused=rain")
    assert answer.context["rows"] == []
    notices = Page(answer).notices
    assert any("since: “yesterday” is not a time" in notice for notice in notices)
    assert any("caused: Select a valid choice." in notice for notice in notices)


def test_an_events_page_shows_its_runs_and_the_job_as_sent(viewer: Client) -> None:
    event = factories.event(runs_count=1, job={"id": 5042, "name": "shot_010"})
    run = factories.run(of=event)
    page = read(viewer, reverse("event", args=[event.pk]))
    assert page.column("Callback") == ["mail.py"]
    assert page.links[str(run.pk)] == reverse("run", args=[run.pk])
    assert '"name": "shot_010"' in page.cards["The job as it was sent"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("work", "agenda item"), ("subjob", "instance"), ("host", "host")],
)
def test_pages_say_that_an_item_is_unknown(
    viewer: Client, kind: str, said: str
) -> None:
    event = factories.event(type=kind, runs_count=1)
    run = factories.run(of=event)
    for address in (
        EVENTS,
        reverse("event", args=[event.pk]),
        reverse("run", args=[run.pk]),
        reverse("runs"),
        reverse("job", args=[event.job_id]),
    ):
        assert f"failed-{kind} ({said} unknown)" in read(viewer, address).text


def test_a_named_item_is_known(viewer: Client) -> None:
    factories.event(type="work", extra="7")
    assert read(viewer, EVENTS).column("Event") == ["failed-work-7"]


def test_what_is_set_aside_can_be_listed_alone(viewer: Client) -> None:
    aside = factories.event(**ASIDE)
    factories.event(planned_at=None)
    factories.event()
    rows = viewer.get(f"{EVENTS}?caused=aside").context["rows"]
    assert [row["event"] for row in rows] == [aside]
    (waiting,) = viewer.get(f"{EVENTS}?caused=waiting").context["rows"]
    assert waiting["event"] != aside


def test_an_event_that_is_set_aside_says_why_and_since_when(viewer: Client) -> None:
    event = factories.event(**ASIDE)
    page = read(viewer, reverse("event", args=[event.pk]))
    assert "it could not be planned: KeyError: 'frame'" in " ".join(page.notices)
    assert "Set aside" in page.text
    assert page.empty == ["Nothing yet"]
    assert "Plan it again" not in page.acts


def test_the_overview_says_that_events_are_set_aside(viewer: Client) -> None:
    said = "1 event could not be judged"
    assert said not in " ".join(read(viewer, "/").notices)
    factories.event(**{**ASIDE, "accepted_at": timezone.now() - timedelta(days=9)})
    page = read(viewer, "/")
    assert said in " ".join(page.notices)
    assert f"{EVENTS}?caused=aside" in page.links.values()


def test_an_operator_lets_one_be_planned_again(operator: Client) -> None:
    event, other = factories.event(**ASIDE), factories.event(**ASIDE)
    where = reverse("event", args=[event.pk])
    assert "Plan it again" in read(operator, where).acts
    answer = operator.post(AGAIN, {"sequence": event.pk}, follow=True)
    assert "1 event will be planned again" in " ".join(Page(answer).notices)
    event.refresh_from_db()
    other.refresh_from_db()
    assert (event.waits, event.remark, other.waits) == (True, "", False)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject) == ("plan-again", f"event {event.pk}")


def test_an_operator_lets_all_be_planned_again_once(operator: Client) -> None:
    for _ in range(3):
        factories.event(**ASIDE)
    planned = factories.event()
    assert "Plan all of them again" in read(operator, f"{EVENTS}?caused=aside").acts
    for said in ("3 events will be planned", "No such event is set aside now"):
        page = Page(operator.post(AGAIN, follow=True))
        assert said in " ".join(page.notices)
    assert EventRecord.objects.filter(WAITING).count() == 3
    planned.refresh_from_db()
    assert planned.planned_at is not None
    assert AuditEntry.objects.count() == 1


def test_a_viewer_plans_nothing_again(viewer: Client) -> None:
    factories.event(**ASIDE)
    assert viewer.post(AGAIN).status_code == 403
    assert not EventRecord.objects.filter(WAITING).exists()


def test_a_damaged_event_has_a_page_and_can_be_fired_again(operator: Client) -> None:
    event = factories.event(**ASIDE, job=["damaged"])
    page = read(operator, reverse("event", args=[event.pk]))
    assert "damaged" in page.cards["The job as it was sent"]
    form = read(operator, f"{reverse('fire')}?event={event.pk}").sent
    assert (form["name"], form["type"]) == ("failed", "job")


def test_an_event_that_caused_nothing_says_so(viewer: Client) -> None:
    event = factories.event()
    page = read(viewer, reverse("event", args=[event.pk]))
    assert page.empty == ["Nothing"]
    assert "It caused nothing: no callback of the job waits for failed" in page.text
    assert page.links["Why?"] == f"{reverse('why')}?event={event.sequence}"


def test_an_event_that_does_not_exist_is_not_found(viewer: Client) -> None:
    assert viewer.get(reverse("event", args=[10**25])).status_code == 404


def test_more_rows_need_no_more_queries(queries_of: Callable[[str], int]) -> None:
    event = factories.event()
    factories.run(of=event)
    addresses = (EVENTS, reverse("event", args=[event.pk]))
    one = [queries_of(address) for address in addresses]
    for _ in range(2):
        factories.event()
        factories.run(of=event)
    assert [queries_of(address) for address in addresses] == one


def test_the_list_names_the_callbacks_and_how_they_ended(viewer: Client) -> None:
    event = factories.event(runs_count=7)
    for file in ("a.py", "a.py", "b.py", "c.py", "d.py", "e.py"):
        factories.run(of=event, file=file, state="failed")
    (row,) = viewer.get(EVENTS).context["rows"]
    assert [(each["file"], each["count"]) for each in row["caused"]] == [
        ("a.py", 2),
        ("b.py", 1),
        ("c.py", 1),
        ("d.py", 1),
    ]
    assert row["more"] == 1


def test_the_page_of_an_event_follows_it_until_its_runs_have_ended(
    viewer: Client,
) -> None:
    found = factories.event(planned_at=None)
    page = reverse("event", args=[found.sequence])
    before = read(viewer, page)
    assert before.empty == ["Not dispatched yet"]
    assert len(before.select("#event-live[data-poll]")) == 1
    run = factories.run(of=found, state="running")
    EventRecord.objects.update(planned_at=timezone.now(), runs_count=1)
    answer = viewer.get(page, headers={"HX-Request": "true"})
    assert (answer.status_code, Page(answer).badges) == (200, ["Running"])
    assert len(Page(answer).select("#event-whence[hx-swap-oob=morph]")) == 1
    run.state, run.ended_at = "succeeded", timezone.now()
    run.save()
    assert viewer.get(page, headers={"HX-Request": "true"}).status_code == 286
    assert read(viewer, page).badges == ["Succeeded"]
    assert read(viewer, page).select("[data-poll]") == []
