"""Answers that are held back on purpose, and let go when a person's hand is where it can be hurt."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, Route

from tests.browser.conftest import PATIENCE


class Held:
    """Answers to one address, asked for already, that wait until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.waiting = page, list[Route]()
        self.over = False
        page.route(re.compile(address), self._hold)

    def _hold(self, route: Route) -> None:
        if "hx-request" in route.request.headers and not self.over:
            self.waiting.append(route)
        else:
            route.continue_()

    def ask(self) -> None:
        """Have every region ask now, and wait until the answers are held."""
        look(self.page)
        self.wait()

    def wait(self) -> None:
        """Wait until something has asked."""
        until(self.page, lambda: bool(self.waiting))

    def let_go(self) -> None:
        """Give the answers, and wait until the page has them."""
        swapped(self.page, self.release)

    def release(self) -> None:
        """Give the answers."""
        waiting, self.waiting = self.waiting, []
        for route in waiting:
            route.continue_()

    def end(self) -> None:
        """Hold nothing any more."""
        self.over = True
        self.release()


def until(page: Page, true: Callable[[], bool]) -> None:
    """Let the page go on until something is true here; fail where it never is."""
    end = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < end, "it never came"
        # anything that asks the page itself would wait for one that is on its way
        page.wait_for_timeout(10)


def look(page: Page) -> None:
    page.evaluate("htmx.trigger(document.body, 'look')")


def swapped(page: Page, act: object = None) -> None:
    """Do something, and wait for the answer that comes of it."""
    page.evaluate(
        "document.body.removeAttribute('data-swapped');"
        "document.addEventListener('htmx:afterRequest', (event) =>"
        " event.detail.elt.id !== 'pulse' && document.body.setAttribute('data-swapped', ''))"
    )
    if callable(act):
        act()
    else:
        look(page)
    page.wait_for_selector("body[data-swapped]")
