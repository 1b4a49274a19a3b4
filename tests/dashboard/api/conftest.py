"""Callers for the tests of the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from dashboard.project.environment import Environment
from dashboard.store.people import tokens
from dashboard.store.people.audit import By

Call = Callable[..., HttpResponse]


class Caller:
    """A program with a token, or without one."""

    def __init__(self, secret: str | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path: str, **parameters: Any) -> Any:
        """GET an address."""
        return self.client.get(path, parameters, headers=self.headers)

    def delete(self, path: str) -> Any:
        """DELETE an address."""
        return self.client.delete(path, headers=self.headers)

    def post(self, path: str, body: Any = None) -> Any:
        """POST values as JSON; text and bytes as they are."""
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(
            path, data, content_type="application/json", headers=self.headers
        )


@pytest.fixture
def caller(db: None) -> Callable[..., Caller]:
    """Make a caller with a right; None: without a token."""

    def make(right: str | None = "operator") -> Caller:
        if right is None:
            return Caller(None)
        name = f"{right} program"
        return Caller(tokens.create(name, right, by=By("ann", "192.0.2.7")))

    return make


@pytest.fixture
def operator(caller: Callable[..., Caller]) -> Caller:
    """A program with the right operator."""
    return caller("operator")


CONFIG = """\
submitted.py = submit-job-self
mail-status.qcb = done-job-self
checkWork.pl = done-work-self-*
both.py = complete-job-self && complete-job-parent
broken.py = failed-work-self-
"""


@pytest.fixture
def callbacks(tmp_path: Path, settings: Any, db: None) -> Path:
    """A callback directory with a mapping that is broken, and no qb.conf."""
    directory = tmp_path / "callback"
    directory.mkdir()
    for name in ("submitted.py", "both.py", "broken.py", "checkWork.pl"):
        (directory / name).write_text("print('hello')\n")
    (directory / "mail-status.qcb").write_text("mail-status\n")
    (directory / "callbacks.conf").write_text(CONFIG)
    settings.ENVIRONMENT = Environment(
        {
            "QUBECB_CALLBACK_PATH": str(directory),
            "QUBECB_QB_CONF": str(tmp_path / "none.conf"),
        }
    )
    return directory
