"""How browsers keep what they got, and that they come again by https."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db
UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
MANAGE = Path(__file__).resolve().parents[3] / "manage.py"


@pytest.fixture
def public(settings: Any) -> None:
    """A site with a public address of https."""
    settings.PUBLIC_URL = "https://callbacks.example"
    settings.ALLOWED_HOSTS = ["localhost", "callbacks.example"]
    settings.SECURE_HSTS_SECONDS = 3600


@pytest.mark.usefixtures("public")
@pytest.mark.parametrize("path", ["/login/", "/", "/healthz", "/api/runs", "/no/such"])
def test_a_browser_that_came_by_https_comes_again_by_https(
    client: Client, path: str
) -> None:
    answer = client.get(path, HTTP_HOST="callbacks.example")
    assert answer["Strict-Transport-Security"] == "max-age=3600"
    secure = client.get(path, secure=True, HTTP_HOST="localhost")
    assert secure["Strict-Transport-Security"] == "max-age=3600"


@pytest.mark.usefixtures("public")
def test_who_comes_from_inside_without_tls_is_told_nothing(client: Client) -> None:
    answer = client.get("/login/", HTTP_HOST="localhost")
    assert "Strict-Transport-Security" not in answer


def test_without_a_public_address_nobody_is_told_anything(client: Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/login/", secure=True)


def test_pages_are_kept_by_nobody_else_and_the_api_s_answers_by_nobody(
    client: Client,
) -> None:
    client.force_login(User.objects.create_superuser("ana"))
    for path in ("/", "/runs/", "/no/such", "/settings/"):
        assert client.get(path)["Cache-Control"] == "private, no-cache"
    for path in ("/api/runs", "/api/no/such"):
        assert client.get(path)["Cache-Control"] == "no-store"
    for path in ("/settings/tokens/", "/healthz"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_static_files_are_kept(client: Client) -> None:
    with contextlib.closing(client.get("/static/css/base.css")) as answer:
        assert answer["Cache-Control"] == "max-age=3600, public"


def test_django_finds_nothing_wrong_with_a_site_behind_https(tmp_path: Path) -> None:
    own = {
        "QUBECB_DATA": str(tmp_path),
        "QUBECB_PUBLIC_URL": "https://callbacks.example",
    }
    # set by the browser tests, which may run in the same process before
    clean = {key: os.environ[key] for key in os.environ if key != UNSAFE}
    command = [sys.executable, str(MANAGE), "check", "--deploy"]
    done = subprocess.run(
        [*command, "--fail-level", "INFO"],
        env={**clean, **own},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
