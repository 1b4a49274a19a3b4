"""The mask: which texts hide what, of any length and wherever they are cut."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qubecb.runner.hosting.python_child.secret_names import is_secret
from qubecb.runner.mask import PORTION, masked, masked_text, masked_texts
from qubecb.runner.masked_reading import read_masked
from tests.core.runner.mask_cases import HIDDEN, SHOWN
from tests.measuring import is_sooner

DOCUMENT = Path(__file__).parents[3] / "docs/writing-callbacks.md"


@pytest.mark.parametrize("text", HIDDEN)
def test_a_secret_is_replaced_by_asterisks(text: str) -> None:
    found = masked_text(text)
    assert "Hunter2" not in found
    assert len(found) == len(text)
    assert found.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", SHOWN)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert masked_text(text) == text


def test_only_the_secret_is_replaced() -> None:
    text = '{"user": "jo", "password": "hunter22", "pool": 7}'
    assert masked_text(text) == '{"user": "jo", "password": "********", "pool": 7}'
    assert masked_text("(token=abc)") == "(token=***)"
    assert masked_text("a?token%3dabc%26b") == "a?token%3d***%26b"
    assert masked_text("ghp_aaaaBBBBccccDDDD7 x") == "ghp_***************** x"
    assert masked_text("token=\x1b[1mabc\x1b[0m") == "token=\x1b[1m***\x1b[0m"
    block = "a:\n  password: |\n    abc\n  host: x"
    assert masked_text(block) == "a:\n  password: |\n*******\n  host: x"


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    assert masked_text(masked_text(text)) == masked_text(text)


def test_a_secret_is_found_wherever_the_portions_meet() -> None:
    data = "\n".join(HIDDEN).encode()
    alone = masked(data)
    assert b"Hunter2" not in alone
    for shift in range(0, len(data), 41):
        whole = b"x" * (PORTION - shift - 1) + b"\n" + data
        assert masked(whole)[-len(data) :] == alone


@pytest.mark.parametrize(
    "opening",
    ["token=", 'token="', "https://jo:x@h/ password: ", "x Bearer ", "token=("],
)
def test_a_secret_of_any_length_is_masked(opening: str) -> None:
    data = opening.encode() + b"x" * (3 * PORTION) + b"\nnext"
    assert masked(data).endswith(b"*" * (3 * PORTION) + b"\nnext")


def test_a_key_of_any_length_is_masked() -> None:
    lines = (b"x" * 64 + b"\n") * (3 * PORTION // 65)
    data = b"-----BEGIN PRIVATE KEY-----\n" + lines + b"-----END PRIVATE KEY-----\nnext"
    assert masked(data) == data.replace(b"x" * 64, b"*" * 64)


def test_many_texts_are_masked_at_once() -> None:
    assert masked_texts(["token=abc", "", "token", "=abc"]) == [
        "token=***",
        "",
        "token",
        "=abc",
    ]
    assert masked_texts([]) == []


PIECES = st.one_of(
    st.sampled_from([*HIDDEN, *SHOWN]).map(str.encode),
    st.sampled_from(
        [b"\n", b" ", b"=", b": ", b"'", b'"', b"\\", b"(", b")", b"{", b"}"]
    ),
    st.sampled_from(
        [b"token", b"password=", b"pass:", b"auth=", b"Bearer ", b"://", b","]
    ),
    st.sampled_from(
        [b"-----BEGIN PRIVATE KEY-----", b"ghp_", b"eyJ", b"-p ", b"*", b"<"]
    ),
    st.binary(max_size=5),
)
TEXTS = st.lists(PIECES, max_size=12).map(b"".join)


@example(b"Bearer token=${FRAME}password : Hunter2")
@given(TEXTS)
def test_the_mask_keeps_length_and_line_ends_and_itself(data: bytes) -> None:
    found = masked(data)
    assert len(found) == len(data)
    ends = [place for place, byte in enumerate(data) if byte in b"\r\n\0"]
    assert ends == [place for place, byte in enumerate(found) if byte in b"\r\n\0"]
    assert masked(found) == found


@given(TEXTS, st.integers(0, 600))
def test_it_makes_no_difference_where_portions_meet(data: bytes, shift: int) -> None:
    before = b"x" * (PORTION - 1 - min(shift, len(data))) + b"\n"
    assert masked(before + data)[len(before) :] == masked(data)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *(
            (name, True)
            for name in ("password", "PGPASSWORD", "apiKey", "auth", "db_pwd")
        ),
        *((name, True) for name in ("http_auth", "accessToken", "DB_PASS", "cookie")),
        *(
            (name, False)
            for name in ("author", "tokens", "compass", "passed", "bypass")
        ),
        *((name, False) for name in ("key", "tokenizer", "render_pass", "PWD", "")),
    ],
)
def test_a_name_is_a_secret_s_by_its_parts(name: str, secret: bool) -> None:
    assert is_secret(name) is secret
    assert (masked_text(f"{name} = 'Hunter2'") != f"{name} = 'Hunter2'") is secret


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "output"


def part(file: Path, start: int, length: int) -> bytes:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        return read_masked(descriptor, start, length)
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("text", HIDDEN)
def test_every_part_of_a_file_is_masked_like_the_whole(file: Path, text: str) -> None:
    data = b"first\n" + text.encode() + b"\nlast"
    file.write_bytes(data)
    whole = masked(data)
    for at in range(len(data)):
        assert part(file, at, len(data)) == whole[at:]
        assert part(file, 0, at) == whole[:at]


@pytest.mark.parametrize("length", [3 * PORTION, 3 * PORTION + 1000])
def test_a_part_within_a_very_long_secret_is_masked(file: Path, length: int) -> None:
    file.write_bytes(b"started\ntoken=" + b"x" * length + b" end")
    assert part(file, length - 100, 1000) == b"*" * 114 + b" end"


def test_no_more_of_a_file_is_read_than_the_part_needs(file: Path) -> None:
    file.write_bytes(b"password=hunter22\n" * 200_000)
    size = file.stat().st_size

    def four_times() -> None:
        for _ in range(4):
            assert part(file, size - 18, 18) == b"password=********\n"

    assert is_sooner(four_times, lambda: part(file, 0, size))


def examples(column: int) -> list[str]:
    """What stands in a column of the table of secrets in the documents."""
    table = DOCUMENT.read_text().partition("## Secrets")[2].partition("\n## ")[0]
    rows = [row.split("|") for row in table.splitlines() if row.startswith("| ")]
    return [text for row in rows for text in re.findall("`([^`]+)`", row[column])]


def test_what_the_documents_say_is_masked_is_masked() -> None:
    assert len(examples(2)) > 20
    assert [text for text in examples(2) if masked_text(text) == text] == []


def test_what_the_documents_say_is_shown_is_shown() -> None:
    assert len(examples(3)) > 20
    assert [text for text in examples(3) if masked_text(text) != text] == []
