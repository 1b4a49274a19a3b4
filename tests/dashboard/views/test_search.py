"""The search of the top bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.dashboard import factories
from tests.dashboard.reading import Page, read


def leads_to(client: Client, text: str) -> str:
    """Where the search leads at once."""
    answer = client.get(reverse("search"), {"q": text})
    assert answer.status_code == 302
    return answer["Location"]


def found(client: Client, text: str) -> Page:
    """The page that the search shows."""
    page = read(client, reverse("search"), {"q": text})
    assert page.heading.startswith("Search")
    return page


def test_one_hit_is_gone_to_at_once(viewer: Client) -> None:
    factories.job(5042)
    run = factories.run()
    assert leads_to(viewer, "5042") == reverse("job", args=[5042])
    assert leads_to(viewer, f"run {run.pk}") == reverse("run", args=[run.pk])
    assert leads_to(viewer, f"event {run.event}") == reverse("event", args=[run.event])


def test_several_hits_are_listed(viewer: Client) -> None:
    run = factories.run()
    factories.job(run.pk)
    page = found(viewer, str(run.pk))
    assert page.links[str(run.pk)] == reverse("job", args=[run.pk])
    assert page.links[f"Run {run.pk}"] == reverse("run", args=[run.pk])


def test_a_trigger_is_explained(viewer: Client) -> None:
    page = found(viewer, "failed-work-self-*")
    assert "when any agenda item of the job fails" in page.cards["A trigger"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "What are you looking for?"),
        ("nothing of the kind", "Nothing fits"),
        ("\0", "What are you looking for?"),
        ("x" * 600, "What are you looking for?"),
        ("%s", "Nothing fits"),
    ],
)
def test_what_fits_nothing_says_what_can_be_found(
    viewer: Client, text: str, said: str
) -> None:
    assert found(viewer, text).empty == [said]


def test_more_hits_need_no_more_queries(queries_of: Callable[[str], int]) -> None:
    address = f"{reverse('search')}?q=shot"
    factories.job(1)
    factories.job(2)
    one = queries_of(address)
    factories.job(3)
    assert queries_of(address) == one


def test_a_callback_is_found_before_it_has_ever_run(
    viewer: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    (tmp_path / "callback").mkdir()
    config = tmp_path / "callback" / "callbacks.conf"
    config.write_text(
        "mail.py = failed-job-self\nmailer.pl = done-job-self\n../odd.py = done-job-self\n"
    )
    assert leads_to(viewer, "mailer") == reverse(
        "callback", args=["callback", "mailer.pl"]
    )
    assert found(viewer, "odd.py").empty == ["Nothing fits"]
    page = found(viewer, "MAIL")
    assert page.column("Callback") == ["mail.py", "mailer.pl"]
    for file in ("mail.py", "mailer.pl"):
        assert page.links[file] == reverse("callback", args=["callback", file])


def test_a_callback_that_is_no_longer_mapped_leads_to_its_runs(viewer: Client) -> None:
    factories.roll_up(file="gone.py")
    wanted = "?callback=%2Fstudio%2Fcallback%2Fgone.py"
    assert leads_to(viewer, "gone.py") == f"{reverse('runs')}{wanted}"
