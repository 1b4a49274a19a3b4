"""The pairs that scripts give to jobinfo."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.errors import BadTarget, FarmError
from qubecb.runner.farm import JobQuery
from qubecb.runner.farm.arguments import matches, parse_pairs


@pytest.mark.parametrize(
    ("pairs", "query"),
    [
        ([], JobQuery()),
        (["-id", 5], JobQuery(id=(5,))),
        (["-id", "5"], JobQuery(id=(5,))),
        (["-id", "5,6"], JobQuery(id=(5, 6))),
        (["-id", 5, "-id", 6], JobQuery(id=(5, 6))),
        (["-id", [5, 6]], JobQuery(id=(5, 6))),
        (["-id", 5, 6, 7], JobQuery(id=(5, 6, 7))),
        (["--id", 5], JobQuery(id=(5,))),
        (["id", 5, "status", "failed"], JobQuery(id=(5,), status=("failed",))),
        (["-pgrp", 5], JobQuery(pgrp=(5,))),
        (["-pid", 0], JobQuery(pid=(0,))),
        (["-label", "-odd"], JobQuery(label=("-odd",))),
        (["-label", "id"], JobQuery(label=("id",))),
        (["-name", "a,b"], JobQuery(name=("a,b",))),
        (["-name", 5], JobQuery(name=("5",))),
        (["-user", "jo"], JobQuery(user=("jo",))),
        (["-status", "failed,killed"], JobQuery(status=("failed", "killed"))),
        (["-cluster", "/film"], JobQuery(cluster=("/film",))),
        (["-kind", "k"], JobQuery(kind=("k",))),
        (["-prototype", "maya"], JobQuery(prototype=("maya",))),
        (["-type", "maya"], JobQuery(prototype=("maya",))),
        (["-priority", -5], JobQuery(priority=(-5,))),
        (["-id", 5, "-agenda"], JobQuery(id=(5,))),
        (["-agenda", True, "-id", 5], JobQuery(id=(5,))),
    ],
)
def test_pairs_become_a_query(pairs: list[Any], query: JobQuery) -> None:
    assert parse_pairs(pairs) == query


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        (["-id"], "needs a value"),
        (["-id", []], "empty list"),
        (["-colour", "red"], "is not one of -id"),
        ([5], "is not one of -id"),
        ([None, 5], "is not one of -id"),
        (["-id", "x y"], "must be an integer, or text"),
        (["-id", "007"], "must not begin with a zero"),
        (["-id", 2**70], "must be from"),
        (["-id", -5], "must be an integer"),
        (["-id", None], "takes text or integers"),
        (["-user", "j\udcff"], "jobinfo: -user contains half a surrogate pair"),
        (["-status", "a,\ud800"], "jobinfo: -status contains half a surrogate pair"),
        (["-name", "a\0b"], "jobinfo: -name contains a NUL character"),
        (["-id", True], "takes text or integers"),
        (["-id", {"a": 1}], "takes text or integers"),
        (["-id", 1.5], "takes text or integers"),
        (["-id", [[5]]], "takes text or integers"),
        (["-id", list(range(1, 20_000))], "more than"),
    ],
)
def test_what_is_no_pair_is_refused(pairs: list[Any], says: str) -> None:
    with pytest.raises(FarmError, match=says):
        parse_pairs(pairs)


@pytest.mark.parametrize("key", ["-id", "-pgrp"])
@pytest.mark.parametrize("zero", [0, "0,0", "5,0"])
def test_id_0_is_refused(key: str, zero: int | str) -> None:
    with pytest.raises(BadTarget, match="all of the user's jobs"):
        parse_pairs([key, zero])


def test_every_pair_given_must_hold() -> None:
    job = {"id": 5, "status": "failed", "user": "jo"}
    assert matches(JobQuery(), job)
    assert matches(JobQuery(id=(4, 5), status=("failed",)), job)
    assert not matches(JobQuery(id=(5,), user=("bo",)), job)


@given(
    st.lists(
        st.sampled_from(["-id", "-name", "status", "-agenda", "-x"])
        | st.text(max_size=5)
        | st.integers()
        | st.none()
        | st.lists(st.integers(), max_size=3)
    )
)
def test_any_list_is_a_query_or_refused(pairs: list[Any]) -> None:
    try:
        query = parse_pairs(pairs)
    except FarmError:
        return
    assert 0 not in query.id
