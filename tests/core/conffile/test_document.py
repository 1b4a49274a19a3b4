"""A document loses no byte."""

from __future__ import annotations

import pytest
from hypothesis import given

from qubecb.conffile.document import BYTE_ORDER_MARK, Document, shown
from tests.core.conffile.samples import FILES, SAMPLES


@pytest.mark.parametrize("data", SAMPLES.values(), ids=SAMPLES)
def test_a_sample_joined_is_the_sample(data: bytes) -> None:
    assert Document.from_bytes(data).to_bytes() == data


@given(FILES)
def test_any_bytes_joined_are_the_bytes(data: bytes) -> None:
    assert Document.from_bytes(data).to_bytes() == data


@given(FILES)
def test_writing_each_line_its_own_text_changes_nothing(data: bytes) -> None:
    document = Document.from_bytes(data)
    assert bool(document.lines) is bool(data)
    for line in document.lines:
        assert document.with_line(line.number, line.text).to_bytes() == data


def test_lines_end_at_lf_crlf_and_cr_only() -> None:
    document = Document.from_bytes(b"a\nb\r\nc\rd\x0be\x0cf\xc2\x85g")
    assert [line.ending for line in document.lines] == [b"\n", b"\r\n", b"\r", b""]


def test_the_byte_order_mark_is_no_part_of_the_text() -> None:
    line = Document.from_bytes(BYTE_ORDER_MARK + b"a\n").lines[0]
    assert (line.text, line.with_text("b").raw) == ("a", BYTE_ORDER_MARK + b"b\n")


def test_a_mark_further_down_is_text() -> None:
    document = Document.from_bytes(b"a\n" + BYTE_ORDER_MARK + b"b\n")
    assert document.lines[1].text == "\ufeffb"


def test_new_lines_take_the_ending_that_the_file_uses_most() -> None:
    document = Document.from_bytes(b"a\r\nb\r\nc\n")
    assert document.with_lines_before(4, ["d"]).to_bytes() == b"a\r\nb\r\nc\nd\r\n"


def test_a_line_after_a_last_line_without_newline_stands_by_itself() -> None:
    document = Document.from_bytes(b"a").with_lines_before(2, ["b"])
    assert document.to_bytes() == b"a\nb\n"


def test_lines_before_the_first_go_after_the_mark() -> None:
    document = Document.from_bytes(BYTE_ORDER_MARK + b"a\n")
    edited = document.with_lines_before(1, ["b"])
    assert edited.to_bytes() == BYTE_ORDER_MARK + b"b\na\n"


@pytest.mark.parametrize(("data", "left"), [(b"a\nb\n", b"b\n"), (b"a\n", b"")])
def test_the_mark_stays_when_its_line_goes(data: bytes, left: bytes) -> None:
    document = Document.from_bytes(BYTE_ORDER_MARK + data).without_lines([1])
    assert document.to_bytes() == BYTE_ORDER_MARK + left


def test_lines_are_numbered_again_after_an_edit() -> None:
    document = Document.from_bytes(b"a\nb\nc\n").without_lines([2])
    assert [line.number for line in document.lines] == [1, 2]


def test_what_cannot_be_decoded_can_be_shown() -> None:
    assert shown(b"\xff".decode("utf-8", "surrogateescape")) == "\\udcff"
