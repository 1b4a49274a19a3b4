"""Reads a page as a person does: its heading, facts, tables, notices, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from bs4 import BeautifulSoup, Tag

#: Elements that nobody sees, or sees only in an attribute of something else.
_UNSEEN = "script, style, template, title, [hidden], svg"


class Answer(Protocol):
    """Any answer that is not streamed."""

    @property
    def content(self) -> bytes:
        """The body."""


class Page:
    """An answer in HTML, whole page or part, without what nobody sees."""

    def __init__(self, answer: Answer) -> None:
        self._soup = BeautifulSoup(answer.content, "html.parser")
        for unseen in self._soup.select(_UNSEEN):
            unseen.decompose()

    @cached_property
    def text(self) -> str:
        """All that is written in the content of a page, or in a part of one; blanks as one."""
        return _text(self._soup.select_one("main") or self._soup)

    @property
    def heading(self) -> str:
        """What the page is called."""
        found = self._soup.select_one("h1")
        return _text(found) if found else ""

    @property
    def facts(self) -> dict[str, str]:
        """The value of each term of all lists of facts."""
        terms = self._soup.select("dl dt")
        return {_text(term): _text(term.find_next_sibling("dd")) for term in terms}

    @property
    def rows(self) -> list[dict[str, str]]:
        """Every row of every table that has headings, by heading."""
        tables = self._soup.select("table:has(thead)")
        return [row for table in tables for row in _rows(table)]

    @property
    def notices(self) -> list[str]:
        """What the page points out, messages about the last act among it."""
        return self._texts(".notice-text")

    @property
    def acts(self) -> list[str]:
        """What the buttons say, links that look like buttons among them."""
        return self._texts("main button, main a.button")

    @property
    def links(self) -> dict[str, str]:
        """Where the links of the content lead, by what they say; the last of a name."""
        return {_text(link): str(link["href"]) for link in self._soup.select("a[href]")}

    def select(self, selector: str) -> Sequence[Tag]:
        """The elements that a CSS selector means, for what is not text."""
        return self._soup.select(selector)

    def _texts(self, selector: str) -> list[str]:
        return [_text(found) for found in self._soup.select(selector)]


def _rows(table: Tag) -> list[dict[str, str]]:
    headings = [_text(cell) for cell in table.select("thead th")]
    return [
        dict(zip(headings, map(_text, row.find_all(["td", "th"])), strict=False))
        for row in table.select("tbody tr")
    ]


def _text(found: Tag | None) -> str:
    return " ".join(found.get_text(" ").split()) if found else ""
