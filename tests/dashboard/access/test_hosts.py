"""Under which names the service is reached, and what a refusal says."""

from __future__ import annotations

import logging
import socket
from typing import Any

import pytest
from django.test import Client

from dashboard.project.hosts import CONNECTED_TO, own_names

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_list(settings: Any) -> None:
    """What a request adds is gone after the test."""
    settings.ALLOWED_HOSTS = ["localhost"]


def test_a_name_that_is_not_ours_is_refused_with_the_setting(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/login/", HTTP_HOST="farm.example:8000")
    assert answer.status_code == 400
    for told in (answer.content.decode(), caplog.text):
        assert "The name farm.example is not allowed." in told
        assert "add it to QUBECB_ALLOWED_HOSTS" in told


def test_a_program_is_told_the_same_as_json(client: Client) -> None:
    answer = client.post("/api/events", HTTP_HOST="farm.example")
    assert answer.status_code == 400
    assert answer.json() == {
        "detail": "The name farm.example is not allowed."
        " If it leads here, add it to QUBECB_ALLOWED_HOSTS."
    }


@pytest.mark.parametrize("host", ["render_farm", "a b", "<script>", "[::1"])
def test_what_cannot_be_a_name_is_said_to_be_none(client: Client, host: str) -> None:
    told = client.get("/api/runs", HTTP_HOST=host).json()["detail"]
    assert told.startswith(f"{host} is not a valid host name")
    assert "QUBECB_ALLOWED_HOSTS" not in told


@pytest.mark.parametrize("host", ["farm.example", "render_farm", "A" * 5000])
def test_whoever_watches_is_answered_under_any_name(client: Client, host: str) -> None:
    assert client.get("/healthz", HTTP_HOST=host).json()["database"] is True
    assert client.get("/metrics", HTTP_HOST=host).status_code == 401


@pytest.mark.parametrize(
    ("connected_to", "host", "status"),
    [
        ("192.0.2.7", "192.0.2.7", 200),
        ("192.0.2.7", "192.0.2.7:8000", 200),
        ("::ffff:192.0.2.7", "192.0.2.7", 200),
        ("2001:db8::7", "[2001:db8::7]:8000", 200),
        ("192.0.2.7", "192.0.2.8", 400),
        ("192.0.2.7", "192.0.2.7.example", 400),
        ("", "192.0.2.7", 400),
    ],
)
def test_the_address_that_a_client_is_connected_to_is_ours(
    client: Client, connected_to: str, host: str, status: int
) -> None:
    answer = client.get("/login/", HTTP_HOST=host, **{CONNECTED_TO: connected_to})  # type: ignore[arg-type]  # WSGI's own names
    assert answer.status_code == status


def test_the_machine_s_name_and_the_bound_address_are_ours() -> None:
    with socket.create_server(("127.0.0.5", 0)) as listening:
        found = own_names(listening, "farm.example")
    assert {"127.0.0.5", "farm.example", socket.gethostname()} <= set(found)


def test_the_log_is_not_filled_by_a_long_name(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.get("/login/", HTTP_HOST="a" * 30_000)
    assert "a" * 201 not in caplog.text
