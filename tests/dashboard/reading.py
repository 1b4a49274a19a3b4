"""Reads a page as a person does: its heading, facts, tables, notices, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from bs4 import BeautifulSoup, Tag
from django.test import Client

#: Elements that nobody sees, or sees only in an attribute of something else.
_UNSEEN = "script, style, template, title, [hidden], svg"
#: Elements that stand apart from what is written before and after them.
_APART = (
    ":not(a, abbr, b, code, em, i, kbd, span, strong, time), .tabs a, .button, .badge,"
    " .second, .meaning, .visually-hidden, .name-line > *, .figure > *"
)
#: Elements of forms that are sent.
_SENT = "input[name], select[name], textarea[name]"


class Answer(Protocol):
    """Any answer that is not streamed."""

    @property
    def content(self) -> bytes:
        """The body."""


class Page:
    """An answer in HTML, whole page or part, without what nobody sees."""

    def __init__(self, answer: Answer) -> None:
        self._soup = BeautifulSoup(answer.content, "html.parser")
        #: What the fields of forms send, hidden ones too, by name; the last of a name.
        self.sent = {
            str(each["name"]): _value(each) for each in self._soup.select(_SENT)
        }
        for unseen in self._soup.select(_UNSEEN):
            unseen.decompose()
        for apart in self._soup.select(_APART):
            apart.insert_before(" ")
            apart.insert_after(" ")
        self._content = self._soup.select_one("main") or self._soup

    @cached_property
    def text(self) -> str:
        """All that is written in the content of a page, or in a part of one; blanks as one."""
        return _text(self._content)

    @property
    def heading(self) -> str:
        """What the page is called."""
        return _text(self._soup.select_one("h1"))

    @property
    def facts(self) -> dict[str, str]:
        """The value of each term of all lists of facts."""
        terms = self._content.select("dl dt")
        return {_text(term): _text(term.find_next_sibling("dd")) for term in terms}

    @property
    def rows(self) -> list[dict[str, str]]:
        """Every row of every table that has headings, by heading."""
        tables = self._content.select("table:has(thead)")
        return [row for table in tables for row in _rows(table)]

    def column(self, heading: str) -> list[str]:
        """What the rows say under a heading."""
        return [row[heading] for row in self.rows if heading in row]

    @property
    def figures(self) -> dict[str, str]:
        """What the figures at the top of a page say, by their labels."""
        labels = self._content.select(".figure-label")
        return {_text(each): _text(each.parent) for each in labels}

    @property
    def notices(self) -> list[str]:
        """What the page points out, messages about the last act among it."""
        return self._texts(".notice-text")

    @property
    def cards(self) -> dict[str, str]:
        """What the cards of a page say, heading and all, by their headings."""
        found = self._content.select(".card:has(h2)")
        return {_text(card.select_one("h2")): _text(card) for card in found}

    @property
    def empty(self) -> list[str]:
        """What the page says where it has nothing to show."""
        return self._texts(".empty-title")

    @property
    def badges(self) -> list[str]:
        """The words of states and marks."""
        return self._texts(".badge")

    @property
    def feet(self) -> list[str]:
        """What stands under the tables: which rows of how many, and where the others are."""
        return self._texts(".table-foot")

    @property
    def tabs(self) -> dict[str, str]:
        """Where the tabs lead, by what they say."""
        return {_text(tab): str(tab["href"]) for tab in self.select(".tabs a")}

    @property
    def acts(self) -> list[str]:
        """What the buttons say, links that look like buttons among them."""
        found = self._content.select("button, a.button")
        return [_text(each) or str(each.get("aria-label")) for each in found]

    @property
    def fields(self) -> dict[str, str]:
        """What stands in the fields of forms, by label; of a choice what it says."""
        labels = self._content.select("label[for]")
        named = {_text(each): self._content.find(id=each["for"]) for each in labels}
        return {
            label: _text(field.select_one("[selected]")) or _value(field)
            for label, field in named.items()
            if isinstance(field, Tag)
        }

    @property
    def errors(self) -> list[str]:
        """What is wrong with the fields of forms."""
        return self._texts(".field .error")

    @property
    def links(self) -> dict[str, str]:
        """Where the links of the content lead, by what they say; the last of a name."""
        found = self.select('a[href]:not([href^="#"])')
        return {_text(each): str(each["href"]) for each in found}

    def select(self, selector: str) -> Sequence[Tag]:
        """The elements of the content that a CSS selector means, for what is not text."""
        return self._content.select(selector)

    def _texts(self, selector: str) -> list[str]:
        return [_text(found) for found in self._content.select(selector)]


def read(browser: Client, address: str, query: dict[str, str] | None = None) -> Page:
    """The page at an address, or at the one that it leads to."""
    answer = browser.get(address, query, follow=True)
    assert answer.status_code == 200
    return Page(answer)


def _rows(table: Tag) -> list[dict[str, str]]:
    headings = [_text(cell) for cell in table.select("thead th")]
    return [
        dict(zip(headings, map(_text, row.find_all(["td", "th"])), strict=False))
        for row in table.select("tbody tr")
    ]


def _value(field: Tag) -> str:
    """What a field would send, be it ticked or not."""
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    chosen = field.select_one("[selected]") or field.select_one("option") or field
    return str(chosen.get("value", ""))


def _text(found: Tag | None) -> str:
    return " ".join(found.get_text().split()) if found else ""
