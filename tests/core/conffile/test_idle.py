"""Lines that are to map something and do not."""

from __future__ import annotations

import pytest

from qubecb.conffile.document import Document
from qubecb.conffile.idle import idle_changes, idle_lines


def of(text: str) -> Document:
    return Document.from_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("a.py = done-job-self", "a.py is already mapped on line 1"),
        ("a.py = failed-job-self", "a.py is already mapped on line 1"),
        ("a.py = ((", "a.py is already mapped on line 1"),
        ("b.py failed-job-self", "it has no `=`"),
        ("= failed-job-self", "it has no file name before its `=`"),
        ("b.sh = failed-job-self", "the extension of b.sh belongs to no language"),
        ("b/c.py = failed-job-self", "its file name contains a slash"),
        ("b.py = failed-jb-self", ""),
        ("b.py =", ""),
        ("b.py = \udcff", "this byte is not valid UTF-8"),
    ],
)
def test_each_says_why_it_does_nothing(second: str, why: str) -> None:
    [line] = idle_lines(of(f"a.py = failed-job-self\n{second}\n"))
    assert line.number == 2
    assert line.why
    assert line.why.startswith(why)


@pytest.mark.parametrize("second", ["", "# b.py = x", "b.py = done-job-self"])
def test_other_lines_are_none(second: str) -> None:
    assert list(idle_lines(of(f"a.py = failed-job-self\n{second}\n"))) == []


def test_a_file_whose_first_line_is_broken_is_mapped_by_its_second() -> None:
    [line] = idle_lines(of("a.py = ((\na.py = failed-job-self\n"))
    assert line.number == 1


def changed(before: str, after: str, *kept: int) -> list[tuple[bool, str]]:
    found = idle_changes(of(before), of(after), kept)
    return [(each.added, each.line.text) for each in found]


def test_an_edit_that_brings_one_is_told_from_one_that_moves_it() -> None:
    one, twice = "a.py = failed-job-self\n", "a.py = done-job-self\n"
    assert changed(one, one + twice) == [(True, twice.strip())]
    assert changed(one + twice, one) == [(False, twice.strip())]
    assert changed(one + twice, f"# moved\n{one}\n  {twice}") == []
    assert changed(one + twice, one + twice + twice) == [(True, twice.strip())]


def test_a_line_whose_last_good_meaning_is_in_force_does_something() -> None:
    assert changed("a.py = failed-job-self\n", "a.py = ((\n", 1) == []
