"""Bodies that are not JSON, or more than JSON."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.models import EventRecord

EVENT = '{"name": "failed", "type": "job", "job": {"id": 1, "x": %s}}'


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("name=failed", "not JSON: Expecting value at line 1, column 1"),
        (EVENT % "NaN", "NaN"),
        (EVENT % "-Infinity", "Infinity"),
        (EVENT % "1e999", "too large"),
        (EVENT % "9223372036854775808", "64 bits"),
        (EVENT % ("9" * 5000), "64 bits"),
        (EVENT % '{"a": 1, "a": 2}', "the key 'a' twice"),
        (EVENT % ("[" * 65 + "]" * 65), "nested deeper"),
        ("[" * 100_000, "nested deeper"),
        (b"\xff\xfe{}", "not valid UTF-8"),
        (EVENT % '"\\ud800"', "surrogate"),
        (EVENT % '"\\u0000"', "NUL"),
    ],
    ids=[
        *("empty", "cut", "a form", "NaN", "infinity", "a huge float"),
        *("an integer too large", "an integer of 5000 digits", "a key twice"),
        *("nested", "nested past all bounds", "UTF-16", "half a pair", "NUL"),
    ],
)
def test_what_is_not_json_is_explained(
    operator: Any, body: str | bytes, complaint: str
) -> None:
    answer = operator.post("/api/events", body)
    assert answer.status_code == 422
    assert complaint in answer.json()[0]["message"]
    assert not EventRecord.objects.exists()


@pytest.mark.parametrize(
    "value", ["-9223372036854775808", "1.5e10", '"é"', "[[[[]]]]", "null", "true"]
)
def test_any_json_is_kept_in_the_job(operator: Any, value: str) -> None:
    assert operator.post("/api/events", EVENT % value).status_code == 202


def test_a_byte_order_mark_is_no_trouble(operator: Any) -> None:
    body = b"\xef\xbb\xbf" + (EVENT % "1").encode()
    assert operator.post("/api/events", body).status_code == 202


@pytest.mark.parametrize("length", [str(10 * 1024 * 1024 + 1), "9" * 5000])
def test_a_body_that_is_too_large_is_refused_unread(operator: Any, length: str) -> None:
    answer = operator.client.generic(
        "POST",
        "/api/events",
        b"[]",
        headers=operator.headers,
        CONTENT_LENGTH=length,
    )
    assert answer.status_code == 413
    assert "10485760" in answer.json()["detail"]


def test_ten_mebibytes_are_not_too_large(operator: Any) -> None:
    body = (EVENT % '"{}"').replace("{}", "x" * (10 * 1024 * 1024 - len(EVENT)))
    assert operator.post("/api/events", body).status_code == 202
