"""JSON with too many values is refused before any of them is made."""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb import json_pieces, long_json, strict_json
from qubecb.collecting import uncollected
from qubecb.strict_json import MOST_VALUES, NotJson, read, values_in

MEBIBYTE = 1024 * 1024
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text('ab,[]{}":\\\\ä ', max_size=5),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text('a"\\,[', max_size=3), inner)
    ),
    max_leaves=40,
)


def count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(count, value.values()))
    return 1 + sum(map(count, value)) if isinstance(value, list) else 1


@given(values, st.integers(1, 9), st.sampled_from([None, 1]), st.booleans())
def test_values_are_counted_as_they_are(
    value: Any, portion: int, indent: int | None, escaped: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=escaped)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(strict_json, "_SHORT", 0)
        patched.setattr(long_json, "PORTION", portion)
        assert values_in(text) == count(value)


@pytest.mark.parametrize("value", ["[]", "{}", "1", '""', '{"a":[1]}'])
def test_more_than_a_million_values_are_refused_before_they_are_made(
    value: str,
) -> None:
    text = "[" + f"{value}," * MOST_VALUES + "1]"
    tracemalloc.start()
    try:
        with pytest.raises(NotJson, match="has more than 1,000,000 values"):
            read(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MEBIBYTE


def test_a_million_values_are_read() -> None:
    text = "[" + "1," * (MOST_VALUES - 2) + "1]"
    assert len(read(text)) == MOST_VALUES - 1


def test_a_long_text_of_commas_and_brackets_is_one_value() -> None:
    text = json.dumps('[{"\\,' * MEBIBYTE)
    assert read(text) == '[{"\\,' * MEBIBYTE


@given(values)
def test_what_is_written_in_pieces_is_what_is_written_at_once(value: Any) -> None:
    def encode(one: Any) -> str:
        return json.dumps(one, separators=(",", ":"))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(json_pieces, "_AT_ONCE", 3)
        assert json_pieces.write(value, encode) == encode(value)


def test_nothing_is_collected_meanwhile_whoever_ends_first() -> None:
    first, second = uncollected(), uncollected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()
