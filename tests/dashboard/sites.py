"""Callback directories for tests of pages, and the browsers that look at them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dashboard.models import Revision
from dashboard.store.configuration import editing as configuration
from qubecb.conffile.document import Document
from qubecb.conffile.reading import digest
from qubecb.conffile.retyping import editor_text
from tests.dashboard.reading import Page

CONFIG = b"mail.py = failed-job-self\nreport.pl = done-work-self-*\n"


class Site:
    """One callback directory in the data directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "callbacks.conf"

    def write(self, config: bytes = CONFIG, scripts: Sequence[str] = ()) -> Site:
        """Put a callbacks.conf and scripts there."""
        self.path.mkdir(exist_ok=True)
        self.config.write_bytes(config)
        for name in ("mail.py", "report.pl", *scripts):
            (self.path / name).write_text("print('hello')\n", encoding="utf-8")
        return self

    @property
    def data(self) -> bytes:
        """The callbacks.conf as it is on disk."""
        return self.config.read_bytes()

    def observe(self) -> Revision:
        """Record what is on disk as a revision."""
        found = configuration.observe(self.path)
        assert found is not None
        return found

    def edit(self, **more: str) -> dict[str, str]:
        """What a browser sends of an edit that changes nothing, and more or something else."""
        text = editor_text(Document.from_bytes(self.data))
        sent = {"base": digest(self.data), "text": text.replace("\n", "\r\n")}
        return {**sent, **more}

    def post(self, browser: Client, name: str, **more: str) -> Page:
        """Send an edit to one of the configuration's addresses; gives the page."""
        address = reverse(f"configuration-{name}", args=["callback"])
        answer = browser.post(address, self.edit(**more), follow=True)
        assert answer.status_code in (200, 409)
        return Page(answer)


def make_site(settings: Settings, data: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site whose only callback directory is empty but for two mappings."""
    settings.DATA = data
    monkeypatch.delenv("QUBECB_CALLBACK_PATH", raising=False)
    return Site(data / "callback").write()
