"""Text from a browser becomes the file again without losing a byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.conffile.document import BYTE_ORDER_MARK, Document
from qubecb.conffile.retyping import editor_text, retyped
from tests.core.conffile.samples import FILES, SAMPLES


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@given(file=FILES)
def test_text_that_was_not_changed_is_the_file(ending: str, file: bytes) -> None:
    document = Document.from_bytes(file)
    sent = editor_text(document).replace("\n", ending)
    assert retyped(document, sent).to_bytes() == file


@pytest.mark.parametrize("name", SAMPLES)
def test_a_line_put_in_front_leaves_all_others_their_bytes(name: str) -> None:
    document = Document.from_bytes(SAMPLES[name])
    edited = retyped(document, "new.py = done-job-self\r\n" + editor_text(document))
    kept = [line.raw.removeprefix(BYTE_ORDER_MARK) for line in document.lines]
    assert [line.raw for line in edited.lines][1:] == [raw for raw in kept if raw]
    assert edited.lines[0].text == "new.py = done-job-self"
    assert edited.to_bytes().startswith(BYTE_ORDER_MARK) == SAMPLES[name].startswith(
        BYTE_ORDER_MARK
    )


@given(FILES, st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_the_text_is_what_was_typed(file: bytes, typed: str) -> None:
    if not file.isascii():
        return
    document = retyped(Document.from_bytes(file), typed)
    wanted = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    assert editor_text(document) == wanted.removeprefix("\ufeff") or typed.startswith(
        "\ufeff"
    )


def test_a_changed_line_keeps_its_ending_and_its_odd_bytes() -> None:
    document = Document.from_bytes(
        b"# von M\xfcller\r\na.py = done-job-self # f\xfcr\n"
    )
    text = editor_text(document).replace("done", "failed").replace("# von", "# by")
    assert retyped(document, text).to_bytes() == (
        b"# by M\xfcller\r\na.py = failed-job-self # f\xfcr\n"
    )


def test_odd_bytes_find_their_line_also_when_lines_were_added_beside_it() -> None:
    document = Document.from_bytes(b"a.py = x\nb\xfc.py = done-job-self\nc.py = x\n")
    text = editor_text(document).replace(
        "b\ufffd.py = done", "new.py = y\nb\ufffd.py = failed"
    )
    assert (
        b"\nnew.py = y\nb\xfc.py = failed-job-self\n"
        in retyped(document, text).to_bytes()
    )


def test_new_lines_get_the_ending_of_the_file() -> None:
    document = Document.from_bytes(SAMPLES["crlf"])
    text = editor_text(document) + "new.py = done-job-self\nlast.py = x"
    added = b"new.py = done-job-self\r\nlast.py = x"
    assert retyped(document, text).to_bytes() == SAMPLES["crlf"] + added


def test_an_empty_line_after_a_carriage_return_stays_a_line() -> None:
    document = Document.from_bytes(b"a\rb\n\nc\n")
    edited = retyped(document, "a\n\nc\n")
    assert editor_text(edited) == "a\n\nc\n"


def test_thousands_of_equal_lines_take_no_time() -> None:
    document = Document.from_bytes(b"a\n" + b"x\n" * 20_000 + b"b\n")
    edited = retyped(document, "c\n" + "x\n" * 19_000 + "d\n")
    assert len(edited.lines) == 19_002


def test_thousands_of_lines_in_another_order_take_no_time() -> None:
    lines = [f"script{at}.py = failed-job-self" for at in range(9000)]
    document = Document.from_bytes("\r\n".join(lines).encode())
    for typed in (
        lines[::-1],
        [f"{line} " * 2 for line in lines],
        [line + " " * (at % 2) for at, line in enumerate(lines)],
    ):
        edited = retyped(document, "\n".join(typed))
        assert edited.to_bytes().split(b"\r\n") == [each.encode() for each in typed]


def test_thousands_of_odd_lines_that_are_all_changed_keep_their_bytes() -> None:
    lines = [b"script%d.py = x # f\xfcr" % at for at in range(3000)]
    document = Document.from_bytes(b"\n".join(lines))
    edited = retyped(document, editor_text(document).replace("= x", "= y"))
    assert edited.to_bytes() == b"\n".join(lines).replace(b"= x", b"= y")
