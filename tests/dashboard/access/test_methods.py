"""Which methods an address takes."""

from __future__ import annotations

import pytest
from django.test import Client

from dashboard.store.people import tokens
from dashboard.store.people.audit import By


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "XX"])
@pytest.mark.parametrize("address", ["/", "/login/", "/password/", "/settings/users/"])
def test_a_page_takes_no_other_method_than_get_head_and_post(
    client: Client, address: str, method: str
) -> None:
    answer = client.generic(method, address)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_a_call_of_the_api_answers_head_like_get_without_its_body(
    client: Client, db: None
) -> None:
    secret = tokens.create("farm", "viewer", by=By("ann", "192.0.2.7"))
    bearer = {"Authorization": f"Bearer {secret}"}
    whole = client.get("/api/runs", headers=bearer)
    head = client.head("/api/runs", headers=bearer)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(whole.content))


def test_head_needs_the_same_right_as_get(client: Client, db: None) -> None:
    assert client.head("/api/runs").status_code == 401
