"""Output as a terminal shows it: colours and emphasis, every other control left out.

Follows ECMA-48, "Select graphic rendition". The page follows a run's output with
static/js/terminal.js, which draws the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

register = template.Library()

#: An escape sequence; the parameters of one that selects a rendition are its group.
_SEQUENCE = re.compile(
    r"\x1b\[([0-9;]*)m|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)
#: Parameters of one sequence that are looked at.
_MOST = 16


@dataclass(frozen=True, slots=True)
class Look:
    """How text is drawn from here on."""

    colour: int | None = None
    ground: int | None = None
    bold: bool = False
    underlined: bool = False

    @property
    def classes(self) -> str:
        """The classes of static/css/code.css."""
        found = (
            ("ansi-bold", self.bold),
            ("ansi-underlined", self.underlined),
            (f"ansi-{self.colour}", self.colour is not None),
            (f"ansi-on-{self.ground}", self.ground is not None),
        )
        return " ".join(name for name, holds in found if holds)

    def after(self, code: int) -> Look:
        """The look after one parameter; unknown ones change nothing."""
        if code == 0:
            return Look()
        if code in (1, 22):
            return replace(self, bold=code == 1)
        if code in (4, 24):
            return replace(self, underlined=code == 4)
        if 30 <= code <= 37 or 90 <= code <= 97:
            return replace(self, colour=code - 30 if code < 90 else code - 82)
        if 40 <= code <= 47 or 100 <= code <= 107:
            return replace(self, ground=code - 40 if code < 100 else code - 92)
        if code == 39:
            return replace(self, colour=None)
        return replace(self, ground=None) if code == 49 else self


@register.filter
def terminal(data: bytes | memoryview | str | None) -> SafeString:
    """Output as HTML: bytes that are not UTF-8 replaced, colours as spans."""
    if data is None:
        return SafeString("")
    text = data if isinstance(data, str) else bytes(data).decode("utf-8", "replace")
    look, at, parts = Look(), 0, []
    for found in _SEQUENCE.finditer(text):
        parts.append(_drawn(text[at : found.start()], look))
        at = found.end()
        if found[1] is not None:
            look = _after(look, found[1])
    parts.append(_drawn(text[at:], look))
    return SafeString("".join(parts))


def _drawn(text: str, look: Look) -> str:
    classes = look.classes
    if not text or not classes:
        return escape(text)
    return format_html('<span class="{}">{}</span>', classes, text)


def _after(look: Look, parameters: str) -> Look:
    """The look after a sequence; 38 and 48 choose among more colours than are drawn here."""
    codes = [int(part[-4:] or 0) for part in parameters.split(";")[:_MOST]]
    at = 0
    while at < len(codes):
        if codes[at] in (38, 48):
            at += 3 if codes[at + 1 : at + 2] == [5] else 5
            continue
        look = look.after(codes[at])
        at += 1
    return look
