"""What each right includes, and what guards the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from dashboard.access import can, requires, right_of
from dashboard.models.rights import RIGHTS, TOKEN_RIGHTS, includes
from tests.dashboard.reading import Page

Person = Callable[..., User]


@requires("operator")
def guarded(request: HttpRequest) -> HttpResponse:
    """A page for operators."""
    return HttpResponse("inside")


def ask(user: User | AnonymousUser, **headers: str) -> HttpResponse:
    """Ask for the guarded page as somebody."""
    request = RequestFactory().get("/runs/?state=failed", headers=headers)
    request.user, request.session = user, SessionStore()
    answer = guarded(request)
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize("held", TOKEN_RIGHTS)
@pytest.mark.parametrize("needed", RIGHTS)
def test_a_right_includes_those_before_it(held: str, needed: str) -> None:
    expected = held in RIGHTS and RIGHTS.index(held) >= RIGHTS.index(needed)
    assert includes(held, needed) is expected


@pytest.mark.parametrize(
    ("held", "allowed"),
    [("intake", True), ("viewer", False), ("operator", True), (None, False)],
)
def test_a_viewer_cannot_send_events(held: str | None, allowed: bool) -> None:
    assert includes(held, "intake") is allowed


@pytest.mark.django_db
def test_the_groups_are_there_from_the_start() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(RIGHTS)


def test_the_highest_group_counts(person: Person) -> None:
    user = person("jo", "viewer")
    user.groups.add(Group.objects.get(name="editor"))
    assert right_of(user) == "editor"


def test_a_superuser_is_an_administrator(person: Person) -> None:
    user = person("root")
    user.is_superuser = True
    assert can(user, "administrator")


def test_who_was_deactivated_has_no_right(person: Person) -> None:
    user = person("jo", "administrator")
    user.is_active = False
    assert right_of(user) is None


def test_a_stranger_is_sent_to_the_login_page_and_back() -> None:
    answer = ask(AnonymousUser())
    assert answer["Location"] == "/login/?next=/runs/%3Fstate%3Dfailed"


def test_what_a_strangers_page_asks_by_itself_leaves_the_page_alone() -> None:
    answer = ask(AnonymousUser(), **{"HX-Request": "true"})
    assert answer.status_code == 401
    assert not [name for name in answer.headers if name.startswith(("HX-", "Location"))]


def test_a_right_too_low_gets_a_page_that_names_the_right(person: Person) -> None:
    answer = ask(person("jo", "viewer"))
    assert answer.status_code == 403
    page = Page(answer)
    assert page.heading == "This needs the right “operator”"
    assert "You are jo, with the right “viewer”." in page.text


def test_who_has_the_right_comes_in(person: Person) -> None:
    assert ask(person("jo", "editor")).content == b"inside"


def test_a_right_that_there_is_not_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="rights are viewer"):
        requires("owner")


def test_templates_ask_the_same_question(person: Person) -> None:
    template = Template('{% load access %}{{ user|can:"editor" }} {{ user|right }}')
    shown = template.render(Context({"user": person("jo", "operator")}))
    assert shown == "False operator"
