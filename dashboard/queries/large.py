"""Columns that may hold megabytes of JSON, read only as far as a page shows them.

A job may be sent with a million values. Such a column is parsed here only if all of it
is short.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, TextField
from django.db.models.functions import Cast, Left, Length

#: Characters of a column that are shown.
LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class Large:
    """The beginning of a column's text, and how long all of it is."""

    text: str
    length: int

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.length <= len(self.text)

    @property
    def values(self) -> Any:
        """The values; None where not all of the text is here."""
        return json.loads(self.text) if self.whole else None

    @property
    def language(self) -> str:
        """The language for colouring: JSON that was cut is not coloured."""
        return "json" if self.whole else "text"

    @property
    def readable(self) -> str:
        """The text with line breaks: as JSON is written for people where it is whole."""
        if self.whole:
            return json.dumps(self.values, indent=2)
        left = f"… {self.length - len(self.text):,} characters more"
        return self.text.replace(',"', ',\n"') + f"\n{left}"


def large(model: type[Model], key: int, column: str) -> Large | None:
    """Read a JSON column of one row; None where there is no row, or nothing in it."""
    text = Cast(column, TextField())
    found = (
        model._default_manager.filter(pk=key)
        .annotate(beginning=Left(text, LONGEST), length=Length(text))
        .values_list("beginning", "length")
        .first()
    )
    beginning, length = found or (None, 0)
    return None if beginning is None else Large(beginning, length)
