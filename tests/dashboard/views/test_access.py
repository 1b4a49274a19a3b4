"""Who may see these pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.dashboard import factories

PAGES = ("overview", "pulse", "runs", "events", "search", "runs-replay")
ONE = ("run", "run-output", "run-script", "event", "job")


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_the_login_page(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONE)
def test_a_stranger_does_not_learn_whether_something_exists(
    client: Client, name: str
) -> None:
    run = factories.run()
    for identity in (run.pk, 10**6):
        answer = client.get(reverse(name, args=[identity]))
        assert answer["Location"].startswith(reverse("login"))


def test_lists_take_no_post(viewer: Client) -> None:
    for name in ("overview", "runs", "events", "search"):
        assert viewer.post(reverse(name)).status_code == 405
