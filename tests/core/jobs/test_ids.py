"""What is an id of a job, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.jobs.ids import JobId, fault, in_order, job_id, may_be_id


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (5042, 5042),
        (5042.0, 5042),
        ("5042", 5042),
        (2**63 - 1, 2**63 - 1),
        (str(2**63 - 1), 2**63 - 1),
        ("render-7", "render-7"),
        (
            "550e8400-e29b-41d4-a716-446655440000",
            "550e8400-e29b-41d4-a716-446655440000",
        ),
        ("1e5", "1e5"),
        ("007a", "007a"),
        ("-a", "-a"),
        ("x" * 200, "x" * 200),
    ],
    ids=repr,
)
def test_a_number_in_digits_is_that_number_and_text_stays_text(
    sent: object, read: object
) -> None:
    assert job_id(sent) == read
    assert type(job_id(sent)) is type(read)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ("007", "must not begin with a zero"),
        ("00", "must not begin with a zero"),
        (2**63, "from 0 to 2^63-1"),
        ("9" * 5000, "from 0 to 2^63-1"),
        ("x" * 201, "200 characters at most"),
        (-5, "from 0 to 2^63-1"),
        ("-5", "at least one letter"),
        ("1-5", "at least one letter"),
        ("", "at least one letter"),
        ("a b", "at least one letter"),
        ("a\n", "at least one letter"),
        ("٣", "at least one letter"),
        ("é", "at least one letter"),
        (True, "must be an integer, or text"),
        (None, "must be an integer, or text"),
        (5.5, "must be an integer, or text"),
        (float("nan"), "must be an integer, or text"),
        ([5], "must be an integer, or text"),
    ],
    ids=repr,
)
def test_anything_else_is_refused_with_the_reason(sent: object, wrong: str) -> None:
    assert wrong in fault(sent)
    assert job_id(sent, 0) is None


def test_0_is_an_id_only_where_it_means_none() -> None:
    assert [job_id(0), job_id("0")] == [None, None]
    assert [job_id(0, 0), job_id("0", 0)] == [0, 0]


def test_numbers_come_before_texts_and_by_size() -> None:
    ids: list[JobId] = ["b", 10, "a1", 9]
    assert sorted(ids, key=in_order) == [9, 10, "a1", "b"]


@given(st.text(alphabet="aZ09_-. é\n", max_size=8))
def test_what_is_read_is_read_again_from_what_is_written(text: str) -> None:
    found = job_id(text)
    if found is not None:
        assert may_be_id(text)
        assert str(found) == text
        assert job_id(str(found)) == found
