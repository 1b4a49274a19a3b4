"""Two edits of one file are brought together where they do not touch."""

from __future__ import annotations

import pytest
from hypothesis import given

from qubecb.conffile.merging import merge
from tests.core.conffile.samples import FILES

BASE = b"# head\na.py = x\nb.py = x\nc.py = x\n"


@given(FILES, FILES)
def test_an_edit_of_one_side_only_is_taken_over(base: bytes, other: bytes) -> None:
    assert merge(base, other, base).resolved() == other
    assert merge(base, base, other).resolved() == other
    assert merge(base, other, other).resolved() == other


@given(FILES, FILES, FILES)
def test_choosing_one_side_everywhere_never_fails(
    base: bytes, mine: bytes, theirs: bytes
) -> None:
    found = merge(base, mine, theirs)
    assert found.resolved(["mine"] * len(found.conflicts)) is not None
    assert found.resolved(["both"] * len(found.conflicts)) is not None


def test_edits_of_neighbouring_lines_are_merged() -> None:
    mine = BASE.replace(b"a.py = x", b"a.py = mine")
    theirs = BASE.replace(b"b.py = x", b"b.py = theirs")
    found = merge(BASE, mine, theirs)
    assert found.resolved() == b"# head\na.py = mine\nb.py = theirs\nc.py = x\n"


def test_a_line_added_by_each_side_in_its_own_place() -> None:
    mine = BASE.replace(b"b.py", b"new.py = x\nb.py")
    theirs = BASE + b"z.py = x\n"
    assert merge(BASE, mine, theirs).resolved() == mine + b"z.py = x\n"


def test_the_same_line_changed_twice_is_for_a_person_to_decide() -> None:
    mine, theirs = (
        BASE.replace(b"b.py = x", b"b.py = 1"),
        BASE.replace(b"b.py = x", b"b.py = 2"),
    )
    found = merge(BASE, mine, theirs)
    (conflict,) = found.conflicts
    assert (conflict.line, conflict.mine, conflict.theirs) == (
        3,
        (b"b.py = 1\n",),
        (b"b.py = 2\n",),
    )
    assert found.resolved(["mine"]) == mine
    assert found.resolved(["theirs"]) == theirs
    assert found.resolved(["both"]) == BASE.replace(b"b.py = x", b"b.py = 2\nb.py = 1")


def test_a_conflict_without_a_choice_gives_no_file() -> None:
    found = merge(b"a\n", b"b\n", b"c\n")
    with pytest.raises(ValueError, match="1 conflicts, 0 choices"):
        found.resolved()


def test_a_last_line_without_newline_gets_one_when_lines_follow() -> None:
    found = merge(b"a", b"a\nmine", b"theirs\na")
    assert found.resolved(["both"] * len(found.conflicts)).count(b"\n") >= 1
    assert merge(b"a\r\n", b"a\r\nmine", b"a\r\ntheirs").resolved(["both"]) == (
        b"a\r\ntheirs\r\nmine"
    )
