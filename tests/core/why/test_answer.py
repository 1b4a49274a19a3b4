"""An answer: what is shown of a trigger decides what is said of it."""

from __future__ import annotations

import pytest

from qubecb.why.answer import Joined, Leaf, SpecState


def leaf(verdict: SpecState) -> Leaf:
    return Leaf("failed-job-self", verdict, "")


@pytest.mark.parametrize(
    ("verdict", "holds"),
    [
        ("satisfied", True),
        ("remembered", True),
        ("counted", False),
        ("not", False),
        ("not-reached", False),
    ],
)
def test_a_spec_holds_by_its_verdict(verdict: SpecState, holds: bool) -> None:
    assert leaf(verdict).holds is holds


def test_a_tree_holds_by_what_is_below_it() -> None:
    yes, no = leaf("satisfied"), leaf("not")
    assert Joined("or", (no, Joined("and", (yes, yes)))).holds
    assert not Joined("and", (yes, Joined("or", (no, no)))).holds
