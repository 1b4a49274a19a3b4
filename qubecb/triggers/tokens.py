"""A trigger's text as tokens: every character belongs to exactly one of them.

token  = blank | and | or | "(" | ")" | event | stray ;
blank  = ( " " | tab ), { " " | tab } ;
and    = "&&" | "and" ;                (* the word in any case: our decision *)
or     = "||" | "or" ;
event  = any run of characters but blanks, "&", "|", "(", ")", quotes and "#" ;
stray  = anything else: a single "&", a quote, "#", an odd blank ;
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

TokenKind = Literal["blank", "and", "or", "open", "close", "event", "stray", "end"]

_TOKEN = re.compile(
    r"""(?P<event>[^\s&|()"'#]+)
      | (?P<blank>[ \t]+)
      | (?P<and>&&)(?!&)
      | (?P<or>\|\|)(?!\|)
      | (?P<open>\()
      | (?P<close>\))
      | (?P<stray>&+|\|+|[\s\S])
    """,
    re.VERBOSE,
)
_WORDS: dict[str, TokenKind] = {"and": "and", "or": "or"}


class Token(NamedTuple):
    """One token: what it is, and where in the text (0-based, half open)."""

    kind: TokenKind
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Cut any text into tokens that, joined, are the text again."""
    tokens = []
    for found in _TOKEN.finditer(text):
        kind: TokenKind = found.lastgroup  # type: ignore[assignment]  # the groups' names
        start, end = found.span()
        if kind == "event" and end - start <= 3:
            kind = _WORDS.get(found[0].lower(), kind)
        tokens.append(Token(kind, start, end))
    return tokens
