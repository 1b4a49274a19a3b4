"""Error pages: what is wrong and what to do, in the look of the rest."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse


def test_an_address_that_does_not_exist_has_a_page(viewer: Client) -> None:
    answer = viewer.get("/nothing/of/the/kind/")
    assert answer.status_code == 404
    assert b"There is no such page" in answer.content


def test_what_is_missing_is_named(viewer: Client) -> None:
    answer = viewer.get(reverse("run", args=[77]))
    assert b"There is no run 77" in answer.content


def test_a_form_that_has_expired_says_so(viewer: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = viewer.cookies
    answer = strict.post(reverse("run-cancel", args=[1]), {"reason": "wrong shot"})
    assert answer.status_code == 403
    assert b"The form has expired" in answer.content
    assert b'value="wrong shot"' in answer.content


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_need_no_request_and_no_database(name: str) -> None:
    assert "Go to the overview" in render_to_string(name)
