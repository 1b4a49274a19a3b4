"""The list of runs: filters in the address, paging, groups."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from dashboard.queries import paging
from tests.dashboard import factories
from tests.dashboard.reading import Page, read

HTMX = {"HX-Request": "true"}
RUNS = reverse("runs")


def shown(client: Client, query: str) -> list[int]:
    """The runs that the page shows for a query string."""
    return [run.pk for run in client.get(f"{RUNS}?{query}").context["runs"]]


def asks(client: Client, address: str) -> list[str]:
    """How often the list asks for itself again."""
    part = Page(client.get(address, headers=HTMX))
    return [
        str(each["hx-trigger"]).partition(",")[0]
        for each in part.select("[hx-trigger^=every]")
    ]


def test_filters_stand_in_the_address(viewer: Client) -> None:
    failed = factories.run(state="failed", user="eve").pk
    crashed = factories.run(state="crashed").pk
    factories.run()
    assert shown(viewer, "state=failed&state=crashed") == [crashed, failed]
    assert shown(viewer, "state=failed&state=crashed&user=eve") == [failed]
    assert shown(viewer, f"callback={factories.DIRECTORY}/mail.py&state=failed") == [
        failed
    ]
    assert shown(viewer, "since=1h&test=no&state=crashed") == [crashed]


def test_a_live_fire_is_listed_as_what_it_is_and_not_among_tests(
    viewer: Client,
) -> None:
    farm = factories.run()
    cause = factories.event(source="fire", actor="ana", test=True)
    fired = factories.run(of=cause, test=True)
    simulated = factories.run(test=True, simulate=True)
    for word, found in {
        "": [simulated, fired, farm],
        "yes": [simulated],
        "no": [fired, farm],
        "fired": [fired],
        "farm": [farm],
    }.items():
        assert shown(viewer, f"test={word}") == [run.pk for run in found]
    where = (f"/runs/{fired.pk}/", f"/events/{cause.pk}/", "/events/", "/jobs/5042/")
    for address in ("/runs/", *where):
        assert "fired by ana, live" in read(viewer, address).badges, address
    assert "test" in read(viewer, f"/runs/{simulated.pk}/").badges
    assert "test" not in read(viewer, f"/runs/{fired.pk}/").badges


def test_a_live_fire_whose_event_is_gone_is_still_one(viewer: Client) -> None:
    run = factories.run(test=True, event=999_999)
    assert "fired live" in read(viewer, f"/runs/{run.pk}/").badges


def test_a_filter_that_cannot_be_read_shows_nothing_and_says_why(
    viewer: Client,
) -> None:
    factories.run()
    answer = viewer.get(f"{RUNS}?job=007")
    assert list(answer.context["runs"]) == []
    (notice,) = Page(answer).notices
    assert "job: “007” is not the id of a job: it must not begin with a zero" in notice


def test_filters_without_a_field_can_be_taken_out_again(viewer: Client) -> None:
    page = read(viewer, f"{RUNS}?signature=KeyError&state=failed")
    (out,) = page.select("main a[href='?state=failed']")
    assert "signature: KeyError" in " ".join(out.get_text(" ").split())


def test_htmx_gets_the_same_rows_without_the_frame(viewer: Client) -> None:
    run = factories.run()
    answer = viewer.get(RUNS, headers=HTMX)
    part = Page(answer)
    assert part.select("html, body, main") == []
    assert part.rows == read(viewer, RUNS).rows
    assert part.links[str(run.pk)] == reverse("run", args=[run.pk])


def test_the_list_asks_often_while_something_runs(viewer: Client) -> None:
    run = factories.run(state="running")
    assert asks(viewer, RUNS) == ["every 1s"]
    run.state = "succeeded"
    run.save()
    assert asks(viewer, RUNS) == ["every 10s"]


def test_older_pages_do_not_move_under_the_reader(viewer: Client) -> None:
    run = factories.run()
    assert asks(viewer, f"{RUNS}?before={run.pk + 1}") == []
    assert shown(viewer, f"before={run.pk + 1}") == [run.pk]


def test_pages_lead_to_one_another_with_their_filters(viewer: Client) -> None:
    runs = [factories.run(user="eve").pk for _ in range(paging.ROWS + 1)]
    answer = viewer.get(f"{RUNS}?user=eve")
    assert answer.context["older"] == f"/runs/?user=eve&before={runs[1]}"
    assert shown(viewer, answer.context["older"].partition("?")[2]) == [runs[0]]


def test_failures_by_kind_lead_to_their_runs(viewer: Client) -> None:
    factories.run(state="failed", signature="KeyError: 'id' & more")
    signature = "KeyError: 'id' & more"
    page = read(viewer, f"{RUNS}?group=signature")
    assert page.column("What they have in common") == [signature]
    wanted = "signature=KeyError%3A%20%27id%27%20%26%20more&state=failed"
    assert wanted in page.links[signature]
    assert len(read(viewer, page.links[signature]).rows) == 1


def test_an_empty_list_says_what_to_do(viewer: Client) -> None:
    assert read(viewer, RUNS).empty == ["Nothing has run yet"]
    page = read(viewer, f"{RUNS}?job=1")
    assert page.empty == ["No run fits these filters"]
    assert page.links["Show all runs"] == RUNS


def test_a_viewer_is_not_offered_a_replay(viewer: Client, operator: Client) -> None:
    assert "Replay these…" not in read(viewer, RUNS).acts
    page = read(operator, RUNS)
    assert page.links["Replay these…"].startswith(reverse("runs-replay"))


def test_more_rows_need_no_more_queries(queries_of: Callable[[str], int]) -> None:
    factories.run(state="failed", signature="a")
    one = queries_of(RUNS), queries_of(f"{RUNS}?group=signature")
    factories.run(state="failed", signature="b", file="b.py")
    factories.run(state="failed", signature="c", file="c.py")
    assert (queries_of(RUNS), queries_of(f"{RUNS}?group=signature")) == one


def test_filters_without_a_field_survive_the_next_filter(viewer: Client) -> None:
    page = read(viewer, f"{RUNS}?signature=KeyError")
    assert page.sent["signature"] == "KeyError"


def test_a_filter_that_cannot_be_read_is_told_once(viewer: Client) -> None:
    page = read(viewer, "/runs/?job=x+y")
    assert len(page.notices) == 1
    assert "a filter cannot be read" in page.notices[0]
    assert page.empty == []
