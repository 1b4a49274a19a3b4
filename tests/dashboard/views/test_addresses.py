"""Every address that a person can open leads somewhere: after Back, a reload, from a bookmark."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from dashboard.urls import urlpatterns
from tests.dashboard import factories
from tests.dashboard.conftest import browser_of
from tests.dashboard.sites import Site

#: For programs, and answered to them.
MACHINES = ("healthz", "metrics")
PAGES = [
    each
    for each in urlpatterns
    if isinstance(each, URLPattern) and each.name not in MACHINES
]


def example(page: URLPattern, run: int) -> str:
    """An address of a page: its first directory, a run that there is."""
    known: dict[str, Any] = {
        **{"directory": "callback", "position": 0, "rest": "revisions"},
        **{"file": "mail.py", "sha256": "a" * 64},
    }
    parts = {name: known.get(name, run) for name in page.pattern.converters}
    return reverse(str(page.name), kwargs=parts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_is_a_bare_refusal(site: Site, page: URLPattern) -> None:
    run = factories.run()
    browser = browser_of("administrator")
    for method in (browser.get, browser.head):
        answer = method(example(page, run.pk))
        assert answer.status_code in (200, 302, 307, 404)


def test_only_a_post_acts(site: Site, operator: Client) -> None:
    run = factories.run(state="queued")
    for name in ("run-cancel", "run-replay", "run-discard"):
        address = reverse(name, args=[run.pk])
        assert operator.get(address)["Location"] == reverse("run", args=[run.pk])
        assert operator.put(address).status_code == 405
    run.refresh_from_db()
    assert run.state == "queued"
