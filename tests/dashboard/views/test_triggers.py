"""Triggers: the list, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.dashboard import factories
from tests.dashboard.reading import read
from tests.dashboard.sites import Site


def test_the_list_has_what_is_mapped_and_what_ran(site: Site, viewer: Client) -> None:
    site.observe()
    factories.roll_up(trigger="killed-job-self", succeeded=1, failed=1)
    killed, done, failed = read(viewer, "/triggers/").rows
    assert killed["Callbacks"] == "mail.py no longer mapped"
    assert (killed["Runs"], killed["Succeeded"]) == ("runs 2", "succeeded 50.0 %")
    meaning = "when any agenda item of the job is done"
    assert done["Trigger"] == f"done-work-self-* {meaning}"
    assert (failed["Callbacks"], failed["Runs"]) == ("mail.py", "runs 0")
    assert read(viewer, "/triggers/?text=done-work").rows == [done]


def test_a_trigger_explains_itself_and_lists_its_runs(
    site: Site, viewer: Client
) -> None:
    site.observe()
    run = factories.run(directory=str(site.path))
    factories.roll_up(directory=str(site.path))
    page = read(viewer, "/triggers/one/?text=failed-job-self")
    assert page.column("When") == ["when the job fails"]
    assert page.column("Run") == [str(run.pk)]
    assert page.links[str(run.pk)] == f"/runs/{run.pk}/"
    assert "Day by day" in page.cards
    assert page.column("Went wrong") == ["wrong 0"]


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
    (link,) = read(viewer, "/triggers/").select("a.row-link")
    page = read(viewer, str(link["href"]))
    assert " ".join(text.split()) in page.text
    assert page.column("Callback")[-1] == "mail.py"


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
    answer = viewer.get("/triggers/one/", {"text": long})
    (title,) = BeautifulSoup(answer.content, "html.parser").select("head title")
    assert title.get_text().startswith("complete-work-self-0 || ")
    assert "<" not in title.get_text()
