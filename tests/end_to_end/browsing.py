"""A browser without scripts: pages, their forms, cookies. What a person does, over HTTP."""

from __future__ import annotations

import http.cookiejar
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.end_to_end.installation import PATIENCE

Fields = list[tuple[str, str]]


@dataclass
class Form:
    """One form as it stands in a page."""

    action: str
    id: str = ""
    fields: Fields = field(default_factory=list)
    #: Name, value and own address of each button.
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Finds forms. Controls outside of any form are of no interest."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = False
        self._area: str | None = None
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._text = ""
        #: Buttons that name the form they belong to.
        self._buttons: list[tuple[str, tuple[str, str, str]]] = []

    def finish(self) -> list[Form]:
        """Give the forms, each with its buttons, those that stand elsewhere too."""
        for owner, button in self._buttons:
            for form in self.forms:
                if owner and owner == form.id:
                    form.buttons.append(button)
        return self.forms

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "button":
            pressed = (name, given.get("value", ""), given.get("formaction", ""))
            self._buttons.append((given.get("form", ""), pressed))
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("id", "")))
            self._inside = True
        elif not self._inside:
            return
        elif tag == "input" and name and given.get("type") not in ("submit", "button"):
            ticked = given.get("type") not in ("checkbox", "radio")
            if ticked or "checked" in given:
                self.forms[-1].fields.append((name, given.get("value", "")))
        elif tag == "button" and not given.get("form"):
            self.forms[-1].buttons.append(pressed)
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option" and self._select is not None:
            self._options.append((given.get("value", ""), "selected" in given))

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area:
            text = self._text.removeprefix("\n")
            self.forms[-1].fields.append((self._area, text))
            self._area = None
        elif tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            first = [value for value, _ in self._options]
            self.forms[-1].fields.append((self._select, (chosen or first or [""])[0]))
            self._select = None


@dataclass
class Page:
    """What came back: where from, its text, its forms."""

    address: str
    text: str
    forms: list[Form]

    def form(self, *names: str) -> Form:
        """The first form that has all these fields."""
        for form in self.forms:
            if set(names) <= {name for name, _ in form.fields}:
                return form
        raise LookupError(f"{self.address} has no form with {', '.join(names)}")


class Browser:
    """Keeps cookies and follows redirects."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._open(urllib.parse.urljoin(f"{self.address}/", path), None)

    def submit(
        self, page: Page, form: Form, values: Mapping[str, str], press: str = ""
    ) -> Page:
        """Send a form with some values changed, by the button with that value or address."""
        fields = [(name, values.get(name, value)) for name, value in form.fields]
        action = form.action
        for name, value, own in form.buttons:
            if press and press in (value, own):
                fields.append((name, value))
                action = own or action
                break
        body = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.parse.urljoin(page.address, action), body)

    def _open(self, address: str, body: bytes | None) -> Page:
        asked = urllib.request.Request(address, body, {"Referer": address})
        with self._opener.open(asked, timeout=PATIENCE) as answer:
            text = answer.read().decode()
            reader = _Reader()
            reader.feed(text)
            return Page(answer.url, text, reader.finish())
