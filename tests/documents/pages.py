"""The documents, and what is read out of them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Every document for people; docs/decisions among them.
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| (.+) \|$", re.MULTILINE)


def name_of(document: Path) -> str:
    """A document's path in the repository."""
    return str(document.relative_to(ROOT))


def prose(document: Path) -> str:
    """A document without its code blocks."""
    return _FENCED.sub("", document.read_text("utf-8"))


def table(document: str, header: str) -> list[list[str]]:
    """The cells of the table that begins with this header row, row by row."""
    text = (ROOT / document).read_text("utf-8")
    rows = text.split(header, 1)[1].lstrip("\n").split("\n\n", 1)[0]
    cells = [re.split(r"(?<!\\)\|", row) for row in _ROW.findall(rows)]
    stripped = [[cell.strip() for cell in row] for row in cells]
    return [row for row in stripped if not set("".join(row)) <= {"-"}]
