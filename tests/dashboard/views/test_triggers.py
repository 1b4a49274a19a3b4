"""Triggers: the list, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from tests.dashboard import factories
from tests.dashboard.sites import Site


def test_the_list_has_what_is_mapped_and_what_ran(site: Site, viewer: Client) -> None:
    site.observe()
    factories.roll_up(trigger="killed-job-self", succeeded=1, failed=1)
    page = viewer.get("/triggers/").content.decode()
    assert "when any agenda item of the job is done" in page
    assert "no longer mapped" in page
    assert "50.0 %" in page
    assert "killed" not in viewer.get("/triggers/?text=done-work").content.decode()


def test_a_trigger_explains_itself_and_lists_its_runs(
    site: Site, viewer: Client
) -> None:
    site.observe()
    run = factories.run(directory=str(site.path))
    factories.roll_up(directory=str(site.path))
    page = viewer.get("/triggers/one/?text=failed-job-self").content.decode()
    assert "when the job fails" in page
    assert f'href="/runs/{run.pk}/"' in page
    assert "Day by day" in page


@pytest.mark.parametrize(
    "text",
    [
        "a/../b || (c && d) #? %41\n<script>",
        " || ".join(f"failed-work-self-{at}" for at in range(400)),
        "not a trigger",
    ],
)
def test_any_text_that_has_run_has_a_page(viewer: Client, text: str) -> None:
    factories.run(trigger=text)
    factories.roll_up(trigger=text)
    page = viewer.get("/triggers/").content.decode()
    address = page.split('class="row-link" href="')[1].split('"')[0]
    answer = viewer.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert b"<script>" not in answer.content.replace(b"<script src", b"").replace(
        b"<script type", b""
    )


@pytest.mark.parametrize("text", ["", "never-job-self", "\0", "x" * 20_000, "٣"])
def test_a_trigger_that_nobody_knows_is_not_found(
    viewer: Client, site: Site, text: str
) -> None:
    assert viewer.get(f"/triggers/one/?text={quote(text)}").status_code == 404


def test_the_number_of_queries_does_not_grow(
    site: Site, queries_of: Callable[[str], int]
) -> None:
    counts = []
    for count in (1, 3):
        triggers = [f"failed-work-self-{at}" for at in range(count)]
        lines = [f"f{at}.py = {text}\n" for at, text in enumerate(triggers)]
        site.write("".join(lines).encode()).observe()
        for text in triggers:
            factories.run(directory=str(site.path), trigger=text)
            factories.roll_up(count, trigger=text)
        one = "/triggers/one/?text=failed-work-self-0"
        counts.append((queries_of("/triggers/"), queries_of(one)))
    assert counts[0] == counts[1]


def test_the_title_of_a_long_trigger_is_text(viewer: Client) -> None:
    long = " || ".join(f"complete-work-self-{at}" for at in range(20))
    factories.roll_up(trigger=long)
    factories.run(trigger=long)
    page = viewer.get("/triggers/one/", {"text": long}).content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith("complete-work-self-0 || ")
    assert "span" not in title
