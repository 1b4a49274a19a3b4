"""The decisions: each has its number and its line in the index."""

from __future__ import annotations

from pathlib import Path

import pytest

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"
FILES = sorted(DECISIONS.glob("[0-9]*.md"))


def title(file: Path) -> str:
    """Number and title, as the first line has them."""
    return file.read_text().splitlines()[0].removeprefix("# ")


def test_the_index_lists_every_decision_by_its_title_in_order() -> None:
    index = (DECISIONS / "README.md").read_text().splitlines()
    lines = [line for line in index if line.startswith("- [")]
    assert lines == [f"- [{title(each)}]({each.name})" for each in FILES]


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.name)
def test_a_decision_has_the_number_of_its_file(file: Path) -> None:
    assert title(file).startswith(f"{int(file.name[:4])}. ")
