"""A long text is read in portions, and nothing tells it from one that is read in one go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb import long_json
from qubecb.long_json import RepeatedKey, decode

DECODER = json.JSONDecoder()
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda one: st.lists(one, max_size=5) | st.dictionaries(st.text(max_size=4), one),
    max_leaves=40,
)


@pytest.fixture(params=[1, 7, 40])
def portions(request: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """How long a portion is: so short that every text has many."""
    monkeypatch.setattr(long_json, "PORTION", request.param)
    return int(request.param)


def read(text: str, portion: int) -> Any:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(long_json, "PORTION", portion)
        try:
            return decode(text, DECODER, twice=True)
        except json.JSONDecodeError:
            return "refused"


def whole(text: str) -> Any:
    try:
        return DECODER.decode(text)
    except json.JSONDecodeError:
        return "refused"


@given(VALUES, st.integers(1, 60), st.sampled_from([None, 0, 2]))
def test_what_is_read_in_portions_is_the_same(
    value: Any, portion: int, indent: int | None
) -> None:
    text = json.dumps(value, indent=indent)
    assert read(text, portion) == value


@given(VALUES, st.data())
def test_what_is_broken_anywhere_is_refused_as_a_whole_is(
    value: Any, data: Any
) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from(["", *',:[]{}"\\x0 -']))
    skipped = data.draw(st.integers(0, 3))
    broken = text[:at] + put + text[at + skipped :]
    for portion in (1, 5, 30):
        assert read(broken, portion) == whole(broken), broken


BROKEN = (
    *("[", "]", "{", "[1,", "[1,,2]", "[,1]", "[1,]", "[[1,2],]", "[[1,2] 3]"),
    *('{"a":1,}', '{"a"}', '{"a":}', "{1:2}", '{"a":1[2,3,4]}', '{"a" [1,2,3]}'),
    *("[1,2}", '{"a":[1,2}', '["a', '["a,b]', "[1,2]]", "[1,2] x", '{"a":[1,2]"b":1}'),
    *('{"a":[1,2]:3}', "{[1,2,3]:1}", '["\t"]', "[1 2]", "[nul]", "[[1,2],[3,4},5]"),
)


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.usefixtures("portions")
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        decode(text, DECODER, twice=True)


@pytest.mark.usefixtures("portions")
def test_a_fault_is_told_at_its_place_in_the_whole() -> None:
    text = "[1,\n2,\n3,\nx,\n5]"
    with pytest.raises(json.JSONDecodeError) as refused:
        decode(text, DECODER, twice=True)
    assert (refused.value.lineno, refused.value.colno) == (4, 1)


@pytest.mark.usefixtures("portions")
def test_a_key_that_comes_again_in_another_portion_is_noticed() -> None:
    members = ", ".join(f'"k{number}": [{number}]' for number in range(50))
    text = f'{{{members}, "k7": [1, 2, 3]}}'
    assert decode(text, DECODER, twice=True)["k7"] == [1, 2, 3]
    with pytest.raises(RepeatedKey, match="k7"):
        decode(text, DECODER, twice=False)


@pytest.mark.usefixtures("portions")
def test_what_is_nested_too_deep_ends_as_in_one_go() -> None:
    with pytest.raises(RecursionError):
        decode("[" * 100_000, DECODER, twice=True)


MEMBERS = ("1", '"a"', "[]", "[1]", '{"a": 1}', "[[1], 2]", '{"a": {"b": [[1]]}}')


@pytest.mark.parametrize("member", MEMBERS)
def test_no_portion_is_much_longer_than_it_may_be(
    member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = 0

    class Watched(json.JSONDecoder):
        def decode(self, text: str, *rest: Any) -> Any:
            nonlocal longest
            longest = max(longest, len(text))
            return super().decode(text, *rest)

    monkeypatch.setattr(long_json, "PORTION", 1000)
    text = "[" + ",".join([member] * 20_000) + "]"
    assert len(decode(text, Watched(), twice=True)) == 20_000
    assert longest < 10_000
