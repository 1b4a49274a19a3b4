"""Error pages: what is wrong and what to do, in the look of the rest."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.dashboard.reading import Page


def test_an_address_that_does_not_exist_has_a_page(viewer: Client) -> None:
    answer = viewer.get("/nothing/of/the/kind/")
    assert answer.status_code == 404
    assert Page(answer).heading == "There is no such page"
    assert Page(answer).links["Go to the overview"] == "/"


def test_what_is_missing_is_named(viewer: Client) -> None:
    answer = viewer.get(reverse("run", args=[77]))
    assert answer.status_code == 404
    assert "There is no run 77" in Page(answer).text


def test_a_form_that_has_expired_says_so(viewer: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = viewer.cookies
    answer = strict.post(reverse("run-cancel", args=[1]), {"reason": "wrong shot"})
    assert answer.status_code == 403
    assert Page(answer).heading == "The form has expired"
    assert Page(answer).sent["reason"] == "wrong shot"
    assert "Send again" in Page(answer).acts


def test_what_a_page_sends_by_itself_with_all_cookies_gone_is_answered_as_logged_out(
    db: None,
) -> None:
    stranger = Client(enforce_csrf_checks=True)
    address = reverse("configuration-edit", args=["callback"])
    answer = stranger.post(address, {"text": ""}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"You are logged out.")


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_need_no_request_and_no_database(name: str) -> None:
    assert "Go to the overview" in render_to_string(name)
