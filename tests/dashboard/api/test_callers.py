"""Who may call what, and how refusals look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from dashboard.models import EventRecord, Token
from dashboard.store.people import tokens
from dashboard.store.people.audit import By

EVENT = {"name": "failed", "type": "job", "job": {"id": 1}}
Make = Callable[..., Any]


def with_header(value: str) -> Any:
    """Send an event with an Authorization header of any kind."""
    return Client().post(
        "/api/events", EVENT, "application/json", headers={"Authorization": value}
    )


def signed_in(right: str) -> Client:
    """A person at a browser."""
    user = User.objects.create_user("jo")
    user.groups.add(Group.objects.get(name=right))
    client = Client()
    client.force_login(user)
    return client


def test_a_stranger_is_told_how_to_call(caller: Make) -> None:
    answer = caller(None).post("/api/events", EVENT)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "Bearer TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer nothing", "Basic am86am8=", "x", "Bearer é"]
)
@pytest.mark.django_db
def test_a_wrong_header_is_401(value: str) -> None:
    answer = with_header(value)
    assert answer.status_code == 401
    assert answer.json()["detail"]
    assert not EventRecord.objects.exists()


def test_a_revoked_token_is_401(operator: Any) -> None:
    assert operator.post("/api/events", EVENT).status_code == 202
    tokens.revoke(Token.objects.get(), by=By("ann", "192.0.2.7"))
    answer = operator.post("/api/events", EVENT)
    assert (answer.status_code, answer.json()["detail"]) == (
        401,
        "This token was revoked.",
    )


@pytest.mark.parametrize(
    ("right", "status"), [("intake", 202), ("viewer", 403), ("operator", 202)]
)
def test_sending_wants_the_right_to(caller: Make, right: str, status: int) -> None:
    assert caller(right).post("/api/events", EVENT).status_code == status


def test_a_token_for_intake_reads_nothing(caller: Make) -> None:
    answer = caller("intake").get("/api/events/x")
    assert answer.status_code == 403
    assert "needs the right viewer" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_person_who_is_signed_in_reads() -> None:
    assert signed_in("viewer").get("/api/events/x").status_code == 404


@pytest.mark.django_db
def test_a_session_never_writes() -> None:
    answer = signed_in("administrator").post("/api/events", EVENT, "application/json")
    assert answer.status_code == 401


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_method_that_there_is_not_is_405_in_json(operator: Any, method: str) -> None:
    answer = getattr(operator.client, method)("/api/events", headers=operator.headers)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert answer.json()["detail"]


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/events/", "/api/run"])
def test_an_address_that_there_is_not_is_404_in_json(operator: Any, path: str) -> None:
    answer = operator.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"]


@pytest.mark.django_db
def test_the_description_lists_every_call() -> None:
    described = Client().get("/api/openapi.json").json()
    assert described["info"]["title"] == "qubecb"
    assert "/api/events" in described["paths"]
    calls = [call for path in described["paths"].values() for call in path.values()]
    assert all(call["summary"] and call["description"] for call in calls)
    assert all(call["security"] for call in calls)


@pytest.mark.django_db
def test_the_description_is_browsable_without_the_internet() -> None:
    page = Client().get("/api/docs").content.decode()
    assert "swagger" in page
    assert "https://" not in page
