"""Characters that look like others."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.lookalikes import difference, odd_character, plain


@pytest.mark.parametrize(
    "text",
    ["report\u00a0.py", "\u200breport .py", "r\u0435port .py", "\uff52eport .py"],
)
def test_texts_that_look_the_same_have_the_same_plain_text(text: str) -> None:
    assert plain(text) == "report .py"


@given(st.text())
def test_composed_and_decomposed_letters_look_the_same(text: str) -> None:
    assert plain(unicodedata.normalize("NFD", text)) == plain(
        unicodedata.normalize("NFC", text)
    )


@given(st.text(), st.text())
def test_a_difference_is_found_between_any_two_texts(first: str, second: str) -> None:
    if first != second:
        assert difference(first, second).startswith("character ")


def test_a_plain_text_has_no_odd_character() -> None:
    assert odd_character("report.py") == ""
