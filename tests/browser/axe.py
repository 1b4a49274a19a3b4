"""Asks axe, in a page, what not everybody could use."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Rules = dict[str, Any]

ALL: Rules = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: Those of ALL that look at colours. A theme changes nothing else: its styles are `light-dark()`.
COLOURS: Rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}

SOURCE = Axe().axe_script
#: Only violations are told in full: that halves the time, and finds the same.
_RUN = "rules => axe.run({runOnly: rules, resultTypes: ['violations']})"


def violations(page: Page, rules: Rules) -> list[str]:
    """What a page does against these rules, and where."""
    # brought into each page once: that takes as long as asking
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(SOURCE)
    return [_told(each) for each in page.evaluate(_RUN, rules)["violations"]]


def _told(violation: dict[str, Any]) -> str:
    places = [node["html"][:120] for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']}: {places}"
