"""docs/pages.md names every page, and who may see it."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from dashboard.models.rights import RIGHTS
from dashboard.urls import urlpatterns
from tests.dashboard.conftest import browser_of
from tests.documents.pages import table

#: What is not a page of its own: parts of pages, what forms are posted to, addresses from
#: before, and machines' doors.
NO_PAGES = {
    *("pulse", "configuration-edit", "configuration-meaning", "configuration-standing"),
    *("run-output", "fired"),
    *(
        "configuration-save",
        "configuration-merge",
        "configuration-known",
        "settings-forget-qb-conf",
        "resume",
        "logout",
        "login-beside",
    ),
    *("run-cancel", "run-replay", "run-discard", "run-dismiss"),
    *("callback-numbered", "configuration-numbered", "configuration-numbered-below"),
    "settings-token-revoke",
    *("events-plan-again", "why-spans", "why-span-cancel"),
    *("configuration-backtest", "backtest"),
    *("settings-user-password", "settings-user-active", "healthz", "metrics"),
}
ROWS = [
    (address.strip("`"), right)
    for address, right, _ in table("docs/pages.md", "| address | right | answers |")
    if not address.startswith("`/api/")
]


def pages() -> dict[str, str]:
    """Every page's name by its address, as the document writes that."""
    found = {}
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern) and pattern.name not in NO_PAGES:
            found["/" + re.sub(r"<\w+:(\w+)>", _word, str(pattern.pattern))] = str(
                pattern.name
            )
    return found


def _word(found: re.Match[str]) -> str:
    words = {"identity": "ID", "sequence": "ID"}
    return words.get(found[1], found[1].upper())


def test_every_page_is_in_the_document_and_no_other() -> None:
    assert sorted(address for address, _ in ROWS) == sorted(pages())


def test_what_is_no_page_exists() -> None:
    names = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    assert names >= NO_PAGES


def status(client: Client, path: str) -> int:
    """How a page answers."""
    return client.get(path).status_code


@pytest.mark.parametrize(("address", "right"), ROWS, ids=lambda value: value)
def test_a_page_wants_the_right_that_the_document_says(
    address: str, right: str, db: None
) -> None:
    path = address.replace("DIRECTORY", "callback").replace("ID", "1")
    stranger = status(Client(), path)
    if not right:
        assert stranger == 200
        return
    lower = [status(browser_of(each), path) for each in RIGHTS[: RIGHTS.index(right)]]
    assert (stranger, set(lower)) == (302, {403} if lower else set())
    assert status(browser_of(right), path) in (200, 302, 404)
