"""Every address and call, with every right and none, against the table in docs/rights.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern

from dashboard.api.application import api
from dashboard.models.rights import RIGHTS, TOKEN_RIGHTS
from dashboard.store.people import tokens
from dashboard.store.people.audit import By
from dashboard.urls import urlpatterns
from tests.dashboard.conftest import BACKEND, browser_of
from tests.dashboard.sites import Site

DOCUMENT = Path(__file__).parents[3] / "docs" / "rights.md"
#: Who asks, from the least to the most.
PEOPLE = ("anybody", "signed in", *RIGHTS)
CALLERS = ("nobody", *TOKEN_RIGHTS)
#: What the parts of addresses stand for; nothing of the kind is there, save the directory.
PARTS = {
    "directory": "callback",
    "position": "0",
    "file": "a.py",
    "sha256": "0" * 64,
    "event_id": "none",
}
ROW = re.compile(r"\| `(/[^`]*)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
CALL = re.compile(r"\| `([A-Z]+) (/api/[^`]*)` \| ([^|]+) \|$", re.MULTILINE)


def pages() -> dict[tuple[str, str], str]:
    """The right that the document names for each address and method, `none` where there is no form."""
    found = {}
    for address, reading, sending in ROW.findall(DOCUMENT.read_text()):
        found[address, "GET"] = reading.strip()
        found[address, "POST"] = sending.strip()
    return found


def calls() -> dict[tuple[str, str], str]:
    """The same for the calls of the API."""
    return {
        (address, method): right.strip()
        for method, address, right in CALL.findall(DOCUMENT.read_text())
    }


def filled(address: str) -> str:
    """An address with something in place of its parts."""
    return re.sub(
        r"<\w+:(\w+)>|{(\w+)}",
        lambda part: PARTS.get(part[1] or part[2], "987654"),
        address,
    )


def lets_in(answer: Any) -> bool:
    """Whether somebody came in, whatever there was."""
    if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return False
    return not answer.headers.get("Location", "").startswith("/login/?next=")


@pytest.fixture
def people(site: Site) -> dict[str, Client]:
    """Browsers of a stranger, of somebody without a right, and of each right."""
    bare = Client()
    bare.force_login(User.objects.create_user("bare"), BACKEND)
    return {
        "anybody": Client(),
        "signed in": bare,
        **{right: browser_of(right) for right in RIGHTS},
    }


@pytest.fixture
def programs(site: Site) -> dict[str, dict[str, str]]:
    """Headers of a stranger and of a token with each right."""
    by = By("ann", "192.0.2.7")
    made = {right: tokens.create(f"a {right}", right, by=by) for right in TOKEN_RIGHTS}
    bearers = {name: {"Authorization": f"Bearer {made[name]}"} for name in made}
    return {"nobody": {}, **bearers}


def test_the_document_lists_every_address() -> None:
    known = {f"/{each.pattern}" for each in urlpatterns if isinstance(each, URLPattern)}
    assert {address for address, _ in pages()} == known


def test_the_document_lists_every_call() -> None:
    paths: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")["paths"]
    known = {(path, method.upper()) for path in paths for method in paths[path]}
    assert set(calls()) == known


def asked_pages() -> Iterator[tuple[str, str, str]]:
    """Addresses in the order of the document; whoever logs out is out, so that is last."""
    rows = [(*key, right) for key, right in pages().items() if right != "none"]
    yield from sorted(rows, key=lambda row: row[0] == "/logout/")


def test_every_address_asks_for_the_right_that_the_document_names(
    people: dict[str, Client],
) -> None:
    differing = [
        (method, address, who)
        for address, method, needed in asked_pages()
        for who in PEOPLE
        if lets_in(people[who].generic(method, filled(address)))
        != (PEOPLE.index(who) >= PEOPLE.index(needed))
    ]
    assert differing == []


def test_an_address_that_takes_no_form_refuses_one(people: dict[str, Client]) -> None:
    readers = [
        address for (address, method), right in pages().items() if right == "none"
    ]
    answers = [people["administrator"].post(filled(one)) for one in readers]
    assert {answer.status_code for answer in answers} == {405}


def test_every_call_asks_for_the_right_that_the_document_names(
    client: Client, programs: dict[str, dict[str, str]]
) -> None:
    differing = []
    for (address, method), needed in calls().items():
        for who in CALLERS:
            answer = client.generic(
                method, filled(address), "{}", "application/json", headers=programs[who]
            )
            allowed = who == needed or (
                who in RIGHTS
                and RIGHTS.index(who)
                >= RIGHTS.index("operator" if needed == "intake" else needed)
            )
            if lets_in(answer) != allowed:
                differing.append((method, address, who, answer.status_code))
    assert differing == []
