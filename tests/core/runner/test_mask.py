"""The mask: which texts hide what, of any length and wherever they are cut."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.runner.mask import PORTION, masked, masked_text, masked_texts
from qubecb.runner.masked_reading import read_masked
from qubecb.runner.python_child.secret_names import is_secret

HIDDEN = [
    "token=Hunter2 refused",
    "Authorization: Bearer Hunter2",
    "curl -H 'Authorization: Basic Hunter2' http://farm/",
    "proxy-authorization: Hunter2 Hunter2",
    'Authorization: Digest username="Hunter2", response="Hunter2"',
    "{'Authorization': 'Bearer Hunter2'}",
    "sent with Bearer Hunter2Hunter2Hunter2",
    "X-Api-Key: Hunter2",
    "Cookie: a=Hunter2; b=Hunter2",
    "Set-Cookie: sessionid=Hunter2; Path=/",
    "https://jo:Hunter2@farm/",
    "redis://:Hunter2@farm",
    "postgresql://jo:p@Hunter2@farm/qube",
    "git clone https://Hunter2Hunter2Hunter2@github.com/x",
    "DB_PASS=Hunter2 run",
    "dbPass: Hunter2",
    "pass=Hunter2",
    "MYSQL_PWD=Hunter2",
    "PGPASSWORD=Hunter2 psql",
    "Uid=sa;Pwd=Hunter2",
    "password : Hunter2",
    "password := Hunter2",
    "passphrase = Hunter2",
    "api_key=Hunter2&user=jo",
    "?access_token=Hunter2&user=jo",
    '{"apiKey":"Hunter2","x":1}',
    '{"password": "with a space, Hunter2 and a \\"quote\\" Hunter2", "x": 1}',
    "{'token': 'Hunter2', 'x': 1}",
    '{\\"token\\": \\"Hunter2\\", \\"x\\": 1}',
    "password = b'Hunter2'",
    """os.environ['TOKEN'] = 'Hunter2'""",
    """{"x": settings["db_password"]}; settings["db_password"]="Hunter2\"""",
    """if request['api-key'] == "Hunter2":""",
    "private_key: Hunter2",
    "AWS_SECRET_ACCESS_KEY=abc/Hunter2+x",
    "password=it's,Hunter2;x)Hunter2 next",
    "password=a\\b&Hunter2",
    "auth=('jo', 'Hunter2')",
    "credentials = {'jo': 'Hunter2'}",
    "<password>Hunter2</password>",
    "--password Hunter2 --user jo",
    "--db-password=Hunter2",
    "['mysql', '--password', 'Hunter2']",
    "mysql -u root -pHunter2 qube",
    "sshpass -p Hunter2 ssh farm",
    "curl -s -u jo:Hunter2 http://farm/",
    "-----BEGIN RSA PRIVATE KEY-----\nHunter2\nHunter2\n-----END RSA PRIVATE KEY-----",
]
SHOWN = [
    "License tokens: 12 of 40",
    "max_tokens=4096",
    "token: 12 of 40",
    "author = 'jo'",
    "authority=x",
    "auth: failed",
    "authorization failed for jo",
    "tokenize=yes",
    "Token::Parser: bad",
    "compass: north",
    "passed=3",
    "passenger: jo",
    "pass: 3 of 4",
    "render_pass=beauty",
    "RENDER_PASS=beauty",
    "bypass: true",
    "secretary=Jo",
    "keyboard=us",
    "PWD=/home/jo",
    "OLDPWD=/home/jo",
    "cookies: 3",
    "password=None",
    "def login(token: str) -> None:",
    "passwords: 3 expired",
    "docker run -p 8080:80 mysql -d",
    "http://farm:8080/x",
    "http://farm:8080",
    "git clone https://jo@github.com/x",
    "10:30:15 shot_010@farm: ready",
    "--token is required",
    "print(settings['token'])",
    "a['token'], b['x'] = 1, 2",
    "the password is wrong",
]


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


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    assert masked_text(masked_text(text)) == masked_text(text)


@pytest.mark.parametrize("text", HIDDEN)
@pytest.mark.parametrize("before", ["x" * 100, "\n"], ids=["word", "lines"])
def test_a_secret_is_found_wherever_the_portions_meet(text: str, before: str) -> None:
    data, length = text.encode(), len(text)
    for shift in range(0, length + 1, 5):
        padding = before.encode() * (PORTION // len(before) + 1)
        whole = padding[: PORTION - shift - 1] + b"\n" + data + b"\n" + padding
        assert b"Hunter2" not in masked(whole)


@pytest.mark.parametrize("opening", ["token=", 'token="', "https://jo:x@h/ password: "])
def test_a_secret_of_any_length_is_masked(opening: str) -> None:
    data = opening.encode() + b"x" * (3 * PORTION) + b"\nnext"
    assert masked(data).endswith(b"*" * (3 * PORTION) + b"\nnext")


def test_many_texts_are_masked_at_once() -> None:
    assert masked_texts(["token=abc", "", "token", "=abc"]) == [
        "token=***",
        "",
        "token",
        "=abc",
    ]
    assert masked_texts([]) == []


@given(st.binary(max_size=300), st.sampled_from(HIDDEN), st.binary(max_size=300))
def test_the_mask_keeps_length_and_line_ends(
    before: bytes, text: str, after: bytes
) -> None:
    data = before + text.encode() + after
    found = masked(data)
    assert len(found) == len(data)
    assert found.count(b"\n") == data.count(b"\n")


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
    began = time.thread_time()
    whole = part(file, 0, file.stat().st_size)
    all_of_it = time.thread_time() - began
    began = time.thread_time()
    assert part(file, len(whole) - 18, 18) == b"password=********\n"
    assert time.thread_time() - began < all_of_it / 5
