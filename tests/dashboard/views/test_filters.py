"""No filter of any page, whatever it holds, is answered by 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from dashboard.forms.events import EventFilterForm
from dashboard.forms.fields import FilterForm
from dashboard.forms.runs import RunFilterForm
from dashboard.queries import events, runs
from tests.dashboard import factories
from tests.dashboard.conftest import browser_of
from tests.dashboard.hostile_values import VALUES
from tests.dashboard.reading import read
from tests.dashboard.sites import Site

Read = Callable[[Any], QuerySet[Any]]
FORMS: dict[type[FilterForm], Read] = {
    RunFilterForm: runs.matching,
    EventFilterForm: events.matching,
}
#: What pages read from their address besides.
NAMES = {
    "/runs/": ("group", "before", "after"),
    "/fire/": ("fired", "event", "job", "callback", "name"),
    "/callbacks/": ("directory", "page", "text"),
    "/callbacks/callback/mail.py/": ("view", "before"),
    "/callbacks/pause/": ("directory", "file"),
    "/configuration/callback/": ("add", "edit"),
    "/configuration/callback/revisions/": ("before",),
    "/triggers/": ("since", "text", "page"),
    "/triggers/one/": ("text", "before"),
    "/search/": ("q",),
    "/settings/audit/": ("before",),
}
WORST = ("-1", "999999999999", str(2**63), "9" * 400, "a\0b", "9999-12-31T23:59:59Z")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "name"),
    [(form, name) for form in FORMS for name in form.base_fields],
)
def test_whatever_a_filter_holds_it_is_refused_or_matched(
    form: type[Any], name: str
) -> None:
    factories.run()
    for value in VALUES:
        filled = form({name: value} if name != "state" else {name: [value]})
        if filled.is_valid():
            list(FORMS[form](filled.wanted()))


@pytest.mark.parametrize("address", NAMES)
def test_whatever_an_address_holds_it_is_answered(site: Site, address: str) -> None:
    factories.run()
    browser = browser_of("administrator")
    for name in NAMES[address]:
        for value in WORST:
            answer = browser.get(address, {name: value})
            assert answer.status_code in (200, 302, 400, 404), (name, value)


@pytest.mark.parametrize("page", ["/runs/", "/events/"])
@pytest.mark.parametrize(
    ("filter_", "said"),
    [
        ("since=999999999999", "is not a time"),
        ("until=NaN", "is not a time"),
        (f"job={2**63}", "is not the id of a job"),
        ("job=-1", "is not the id of a job"),
    ],
)
def test_what_a_filter_cannot_be_is_said(
    viewer: Client, page: str, filter_: str, said: str
) -> None:
    shown = read(viewer, f"{page}?{filter_}")
    (notice,) = shown.notices
    assert "a filter cannot be read" in notice
    assert said in notice
    assert shown.rows == []
