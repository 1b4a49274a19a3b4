"""Characters that look like others: which one it is, and what it was taken for.

Texts that were pasted from a document, a chat or another system hold blanks, quotes, dashes
and letters that cannot be told from the plain ones. A message that shows both texts says
nothing then; these functions name the character.
"""

from __future__ import annotations

import re
import unicodedata

#: Cyrillic and Greek letters that are drawn like Latin ones.
_LETTERS = str.maketrans(
    "авеікмнорстухѕјԁԛԝАВЕІКМНОРСТУХЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι",
    "abeikmhopctyxsjdqwABEIKMHOPCTYXSJABEZHIKMNOPTYXoi",
)
_SIGNS = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u201c\u201d\u201e\u2018\u2019\ua78a",
    '-------"""\'\'=',
)


def named(char: str) -> str:
    """A character by its number and name: `U+00A0 (no-break space)`."""
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X} ({name})" if name else f"U+{ord(char):04X}"


def odd_character(text: str) -> str:
    """The first character that is not ASCII, with its place; empty if there is none."""
    for number, char in enumerate(text, 1):
        if not char.isascii():
            return f"its character {number} is {named(char)}"
    return ""


def plain(text: str) -> str:
    """What a text looks like: two texts that look the same have the same plain text."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFKC", text)
        if unicodedata.category(char) not in ("Cf", "Cc")
    )
    return " ".join(visible.translate(_LETTERS).translate(_SIGNS).split())


def difference(written: str, there: str) -> str:
    """The first place where two texts that look the same differ, as a clause."""
    at = 0
    while written[at : at + 1] == there[at : at + 1] != "":
        at += 1
    here, other = (_at(text, at) for text in (written, there))
    return f"character {at + 1} is {here} here and {other} there"


def _at(text: str, place: int) -> str:
    return named(text[place]) if place < len(text) else "missing"


#: Characters that are not drawn, or that change how others are drawn: control characters but
#: tab and line ends, marks of direction, separators of lines, the byte order mark, blanks without
#: width and letters without a shape. Joiners are part of how words and emoji are written.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)


def visible(text: str) -> str:
    """The text with a mark such as `[U+202E]` in place of every unseen character."""
    return UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
