"""A real Chromium at the running service: it fails on any console error or policy violation.

Each page is looked at in light and dark, at 1440 and 390 pixels: axe must find nothing, nothing
may stick out sideways, and a screenshot goes to `screenshots/` (none where `CI` is set).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.conf import settings
from django.core.servers.basehttp import ServerHandler, WSGIRequestHandler
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
)
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import axe
from tests.dashboard import factories
from tests.dashboard.conftest import every_look_counts, passwords_are_quick

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BACKEND = "django.contrib.auth.backends.ModelBackend"
WIDTHS = {1440: 900, 390: 844}
#: Statuses that pages have which people are meant to see.
TOLD = (403, 404, 409)
#: What htmx logs of a request that its page gave up itself: for a newer one, or as it is closed.
#: One that failed is logged under another name as well.
GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")
SHOTS = Path(settings.BASE_DIR) / "screenshots"
#: Milliseconds that are waited for anything; only what never comes takes them.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)

__all__ = ["every_look_counts", "passwords_are_quick"]

Theme = Literal["light", "dark"]
Look = Callable[..., None]
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, without anything that would go to the network."""
    return {"executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def server(live_server: LiveServer) -> LiveServer:
    """The service; each connection ends with its answer, so tests can wait for the last one."""
    WSGIRequestHandler.protocol_version, ServerHandler.http_version = "HTTP/1.0", "1.0"
    return live_server


@pytest.fixture(scope="session")
def window(browser: Browser, server: LiveServer) -> BrowserContext:
    """A window for all tests: to open one takes the processor as long as to check a page.

    Tests have tabs and cookies of their own; our pages keep nothing else beyond a tab.
    """
    context = browser.new_context(base_url=server.url)
    context.new_page()  # without a tab it would close
    return context


@pytest.fixture
def data(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own, with a callback directory in it."""
    settings.DATA = tmp_path
    (tmp_path / "callback").mkdir()
    (tmp_path / "callback" / "callbacks.conf").write_text("mail.py = failed-job-self\n")
    (tmp_path / "callback" / "mail.py").write_text("print('mail')\n")
    monkeypatch.delenv("QUBECB_CALLBACK_PATH", raising=False)
    return tmp_path


@pytest.fixture
def visit(
    window: BrowserContext, server: LiveServer, transactional_db: None, data: Path
) -> Iterator[Visit]:
    """Open a page of the service as somebody with a right; what the console says fails."""
    said: list[str] = []
    others: list[BrowserContext] = []

    def hear(message: ConsoleMessage) -> None:
        # a page that tells of a refusal or a conflict has its status; that is not a mistake
        itself = (
            message.page is not None and message.location["url"] == message.page.url
        )
        told = itself and any(f"status of {each}" in message.text for each in TOLD)
        # what a page asks after a logout; the browser writes it there by itself
        told = told or "status of 401" in message.text
        told = told or message.text.startswith(GIVEN_UP)
        if message.type in ("error", "warning") and not told:
            said.append(f"{message.type}: {message.text}")

    def context(scripts: bool) -> BrowserContext:
        if scripts and len(window.pages) == 1:
            return window
        assert window.browser
        others.append(
            window.browser.new_context(base_url=server.url, java_script_enabled=scripts)
        )
        return others[-1]

    def open_page(
        path: str = "/",
        right: str = "operator",
        *,
        theme: Theme | None = None,
        size: ViewportSize | None = None,
        scripts: bool = True,
    ) -> Page:
        chosen = context(scripts)
        chosen.set_default_timeout(PATIENCE)
        chosen.add_cookies([_session(right, server.url)])
        page = chosen.new_page()
        page.emulate_media(color_scheme=theme)
        if size:
            page.set_viewport_size(size)
        page.on("console", hear)
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.goto(path)
        return page

    yield open_page
    for tab in window.pages[1:]:
        tab.close()
    window.clear_cookies()
    for other in others:
        other.close()
    _wait_for_answers(server)
    assert said == []


def _wait_for_answers(server: LiveServer) -> None:
    """Wait until what pages asked last is answered: later, settings are those of other tests."""
    for thread in list(server.thread.httpd._threads):  # type: ignore[attr-defined] # of socketserver
        thread.join(PATIENCE / 1000)


def _session(right: str, address: str) -> Any:
    client = Client()
    client.force_login(factories.person(right), BACKEND)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}


@pytest.fixture
def look(visit: Visit) -> Look:
    """Look at a page in both themes and both widths: `look("runs", "/runs/")`."""

    def look_at(name: str, path: str, right: str = "administrator") -> None:
        page = visit(path, right)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="light")
            check(page, f"{name}-light-{width}")
            page.emulate_media(color_scheme="dark")
            check(page, f"{name}-dark-{width}", axe.COLOURS)

    return look_at


def check_widths(page: Page, name: str) -> None:
    """Check a page at both widths."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        check(page, f"{name}-{width}")


#: Tables that are wider than what holds them, and cannot be scrolled there.
_CUT = """[...document.querySelectorAll("table.table")].filter(table =>
    table.offsetWidth > table.parentElement.clientWidth + 1
    && getComputedStyle(table.parentElement).overflowX !== "auto"
).map(table => table.innerText.slice(0, 80))"""


def fits(page: Page, name: str) -> None:
    """Nothing sticks out of the page, no table out of what holds it."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{name} sticks out: {width} px"  # type: ignore[index] # a viewport was set
    assert page.evaluate(_CUT) == [], f"{name}: a table is cut"


def check(page: Page, name: str, rules: axe.Rules = axe.ALL) -> None:
    """Nothing sticks out, axe finds nothing; a screenshot is kept."""
    fits(page, name)
    assert axe.violations(page, rules) == [], name
    if not os.environ.get("CI"):  # where nobody could look at it
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
