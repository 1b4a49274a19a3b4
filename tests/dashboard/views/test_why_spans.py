"""Why did a callback run, or not run, over a span: the form, the progress, the figures and their lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboard.models import EventRecord, WhyRecord
from dashboard.service import answering
from dashboard.store.past import questions, why_questions
from dashboard.views import why_spans
from tests.dashboard.conftest import browser_of
from tests.dashboard.reading import Page, read
from tests.dashboard.store.past.farm import CONFIG, Farm
from tests.dashboard.store.site import Site

BEGIN = reverse("why-spans")


@pytest.fixture
def farm(transactional_db: None, tmp_path: Path, settings: Any) -> Farm:
    """Job 7 is submitted; a dispatcher plans what happens."""
    return Farm(Site(tmp_path, settings), tmp_path)


def begun(viewer: Client, file: str = "own.py", **more: str) -> str:
    """Ask, and give the address to which that leads."""
    answer = viewer.post(BEGIN, {"callback": file, **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def answered(viewer: Client, file: str = "own.py", **more: str) -> Page:
    """Ask, let it be answered, and read the answer."""
    address = begun(viewer, file, **more)
    claimed = questions.claim()
    assert claimed is not None
    answering.answer(claimed)
    return read(viewer, address)


def figures(page: Page) -> list[tuple[str, int, str]]:
    """Each step with its number, and the list to which that leads; none leads nowhere."""
    found = []
    for row in page.select(".why-funnel tbody tr"):
        number, link = row.select("td")[0], row.select_one("td a")
        word = str(row.select("th")[0].find(string=True))
        count = int(number.get_text().replace(",", ""))
        found.append((word, count, str(link["href"]) if link else ""))
    return found


def rows_of(viewer: Client, address: str) -> list[str]:
    """The links of all rows of a list, page after page."""
    found: list[str] = []
    while address:
        page = read(viewer, address)
        found += [str(each["href"]) for each in page.select("tbody a.row-link")]
        older = [e for e in page.select(".table-foot a") if "before=" in str(e["href"])]
        address = str(older[0]["href"]) if older else ""
    return found


def live(farm: Farm) -> None:
    """Events of several kinds and jobs; one run is kept back, one is cancelled, three ran."""
    for job in (7, 8, 9):
        farm.happen("failed-job", job=job)
    farm.run()
    farm.happen("running-job")
    farm.cancel(farm.happen("failed-job"), "own.py")
    farm.pause("own.py")
    farm.happen("failed-job", job=8)


def test_each_figure_leads_to_exactly_so_many_rows(
    viewer: Client, farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(farm)
    monkeypatch.setattr(why_spans, "ROWS", 2)
    found = figures(answered(viewer))
    assert [(word, count) for word, count, _ in found] == [
        ("Events of such a kind", 5),
        *(("About the right job", 5), ("Trigger true", 5), ("Kept back", 1)),
        *(("Started", 3), ("Ended well", 3)),
    ]
    for _, count, address in found:
        assert len(set(rows_of(viewer, address))) == count


def test_events_about_other_jobs_are_left_out_of_the_second_list(
    viewer: Client, farm: Farm
) -> None:
    first, own = farm.happen("failed-job", job=8), farm.happen("failed-job")
    of_kind, right_job, *_ = figures(answered(viewer, "named.py"))
    places = dict(EventRecord.objects.values_list("event_id", "sequence"))
    both = [f"/events/{places[each]}/" for each in (own, first)]
    assert rows_of(viewer, of_kind[2]) == both
    assert rows_of(viewer, right_job[2]) == both[:1]


def test_replays_and_other_callbacks_are_in_no_figure(
    viewer: Client, farm: Farm
) -> None:
    live(farm)
    page = answered(viewer, "done.py")
    assert [count for _, count, _ in figures(page)] == [5, 5, 5, 0, 3, 3]


def test_a_run_that_ended_since_is_counted_where_it_is_now(
    viewer: Client, farm: Farm
) -> None:
    farm.happen("failed-job")
    answered(viewer)
    farm.run()
    page = read(viewer, reverse("why-span", args=(WhyRecord.objects.get().pk,)))
    assert [count for _, count, _ in figures(page)] == [1, 1, 1, 0, 1, 1]


def test_the_answer_stands_first_with_what_can_be_done(
    viewer: Client, farm: Farm
) -> None:
    farm.pause("own.py")
    farm.happen("failed-job")
    farm.happen("failed-job")
    page = answered(viewer)
    assert "own.py did not run between" in page.text
    assert "was paused by jo from" in page.text
    assert "See the 2 that were kept back" in page.acts
    address = page.links["The event that came furthest"]
    assert "own.py did not run for failed-job of job 7" in read(viewer, address).text


def test_what_was_kept_back_is_not_hidden_by_what_ran(
    viewer: Client, farm: Farm
) -> None:
    live(farm)
    page = answered(viewer)
    (head,) = page.select(".why-answer .row")
    assert head.get_text(" ").split()[:3] == ["1", "kept", "back"]


def test_a_list_of_runs_says_about_which_callback_was_asked(
    viewer: Client, farm: Farm
) -> None:
    live(farm)
    *_, (_, _, address) = figures(answered(viewer))
    assert "ended well, in the answer about own.py" in read(viewer, address).text


def test_it_shows_how_far_it_is_and_asks_again(viewer: Client, farm: Farm) -> None:
    address = begun(viewer)
    page = read(viewer, address)
    (span,) = page.select("#span")
    assert span["hx-get"] == address
    assert "The past is being read" in page.text
    claimed = questions.claim()
    assert claimed is not None
    questions.go_on(claimed, 0.25)
    assert "25.0 % of the events are judged" in read(viewer, address).text
    questions.finish(claimed, {**why_questions.NOTHING_YET, "cause": None})


def test_it_is_cancelled_by_who_asked_and_nobody_else(
    viewer: Client, farm: Farm
) -> None:
    address = begun(viewer)
    other = browser_of("editor")
    assert "Cancel" not in read(other, address).acts
    other.post(f"{address}cancel/")
    assert "Cancel" in read(viewer, address).acts
    assert viewer.post(f"{address}cancel/").status_code == 302
    assert "There is no answer: it was cancelled." in read(viewer, address).text


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"callback": ""}, "Say which callback is meant."),
        ({"callback": "never.py"}, "No callbacks.conf names never.py."),
        ({"callback": f"{'x' * 256}"}, "The file name is longer than 255 bytes."),
        ({"since": "soon"}, "“soon” is not a time"),
        ({"since": "1h", "until": "2h"}, "The beginning must be before the end."),
    ],
)
def test_what_cannot_be_asked_is_told_and_stays_in_the_fields(
    viewer: Client, farm: Farm, sent: dict[str, str], told: str
) -> None:
    answer = viewer.post(BEGIN, {"callback": "own.py", **sent})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    for value in filter(None, sent.values()):
        assert f'value="{value}"' in answer.content.decode()


def test_nobody_fills_the_queue(viewer: Client, farm: Farm) -> None:
    for _ in range(questions.MOST_OF_ONE):
        begun(viewer)
    answer = viewer.post(BEGIN, {"callback": "own.py"})
    assert answer.status_code == 422
    assert "Try again in a minute." in answer.content.decode()


def test_a_callback_leads_to_the_question(viewer: Client, farm: Farm) -> None:
    asked = urlencode({"callback": f"{farm.site.directory}/own.py"})
    page = read(viewer, f"{reverse('why')}?{asked}")
    (field,) = page.select(".filters[method=post] [name=callback]")
    assert field["value"] == "callback/own.py"


def test_what_was_pruned_is_told(viewer: Client, farm: Farm) -> None:
    farm.happen("failed-work-8")
    EventRecord.objects.filter(name="submit").delete()
    assert "History reaches back to" in answered(viewer, "item.py").text


@pytest.mark.parametrize("step", ["of-kind", "right-job"])
def test_hostile_names_are_shown_as_they_are(
    viewer: Client, farm: Farm, step: str
) -> None:
    file = "<b>&amp;'\"x.py"
    farm.site.write(f"{file} = failed-job-self\n{CONFIG}")
    farm.happen("submit-job", job=9)
    farm.happen("failed-job", job=9)
    page = answered(viewer, f"{farm.site.directory}/{file}")
    assert "<b>" in page.text
    assert not page.select(".why-sentence b, h1 b, .why-leaf b")
    address = reverse("why-span-events", args=(WhyRecord.objects.get().pk, step))
    assert len(rows_of(viewer, address)) == 1


def test_an_answer_that_is_no_longer_stored_is_not_found(
    viewer: Client, farm: Farm
) -> None:
    answered(viewer)
    (record,) = WhyRecord.objects.all()
    WhyRecord.objects.update(created_at=timezone.now() - timedelta(days=2))
    questions.forget_old()
    address = reverse("why-span", args=(record.pk,))
    assert viewer.get(address).status_code == 404
    assert viewer.get(f"{address}of-kind/").status_code == 404
    text = read(viewer, f"/runs/?why={record.pk}.started").text
    assert "the question is no longer stored; ask it again" in text


def test_it_takes_as_many_queries_for_much_as_for_little(
    viewer: Client, farm: Farm, django_assert_num_queries: Callable[..., Any]
) -> None:
    farm.happen("failed-job")
    answered(viewer)
    live(farm)
    answered(viewer, until="")
    little, much = (
        reverse("why-span", args=(e.pk,)) for e in WhyRecord.objects.order_by("pk")
    )
    viewer.get(little)
    with CaptureQueriesContext(connection) as counted:
        viewer.get(little)
    with django_assert_num_queries(len(counted)):
        viewer.get(much)
