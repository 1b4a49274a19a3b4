"""The search of the top bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.dashboard import factories


def answer_to(client: Client, text: str) -> str:
    """Where the search leads, or the page that it shows."""
    answer = client.get(reverse("search"), {"q": text})
    if answer.status_code == 302:
        return answer["Location"]
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_hit_is_gone_to_at_once(viewer: Client) -> None:
    factories.job(5042)
    run = factories.run()
    assert answer_to(viewer, "5042") == reverse("job", args=[5042])
    assert answer_to(viewer, f"run {run.pk}") == reverse("run", args=[run.pk])
    assert answer_to(viewer, f"event {run.event}") == reverse("event", args=[run.event])


def test_several_hits_are_listed(viewer: Client) -> None:
    run = factories.run()
    factories.job(run.pk)
    page = answer_to(viewer, str(run.pk))
    assert reverse("job", args=[run.pk]) in page
    assert reverse("run", args=[run.pk]) in page


def test_a_trigger_is_explained(viewer: Client) -> None:
    page = answer_to(viewer, "failed-work-self-*")
    assert "when any agenda item of the job fails" in page


@pytest.mark.parametrize("text", ["", "nothing of the kind", "\0", "x" * 600, "%s"])
def test_what_fits_nothing_says_what_can_be_found(viewer: Client, text: str) -> None:
    page = answer_to(viewer, text)
    assert "Nothing fits" in page or "What are you looking for?" in page


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
    assert answer_to(viewer, "mailer") == reverse(
        "callback", args=["callback", "mailer.pl"]
    )
    assert "Nothing fits" in answer_to(viewer, "odd.py")
    page = answer_to(viewer, "MAIL")
    assert reverse("callback", args=["callback", "mail.py"]) in page
    assert reverse("callback", args=["callback", "mailer.pl"]) in page


def test_a_callback_that_is_no_longer_mapped_leads_to_its_runs(viewer: Client) -> None:
    factories.roll_up(file="gone.py")
    assert answer_to(viewer, "gone.py").startswith(reverse("runs"))
