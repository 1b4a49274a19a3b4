"""Fields that several pages' filters share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from dashboard.forms.fields import IdField, KeyField, MomentField, PagingForm
from dashboard.queries.paging import LARGEST_KEY


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("90m", timedelta(minutes=90)),
        ("1h", timedelta(hours=1)),
        ("7 d", timedelta(days=7)),
    ],
)
def test_a_moment_may_be_so_long_ago(text: str, ago: timedelta) -> None:
    found = MomentField().clean(text)
    assert abs(timezone.now() - ago - found) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "text", ["2026-11-23T14:00:00Z", "2026-11-23T15:00+01:00", "2026-11-23 14:00Z"]
)
def test_a_moment_may_be_absolute(text: str) -> None:
    assert MomentField().clean(text) == datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_a_date_begins_at_midnight() -> None:
    assert MomentField().clean("2026-11-23") == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["yesterday", "0001-01-01", "9999999d", "2026-13-01", "1h2"]
)
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match="write 2h, 7d"):
        MomentField().clean(text)


@pytest.mark.parametrize("text", ["-1", "1.0", "٣", "x"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="not a whole number"):
        KeyField().clean(text)


@pytest.mark.parametrize("digits", [19, 20, 5000])
def test_a_number_past_the_largest_key_is_the_largest(digits: int) -> None:
    assert KeyField().clean("9" * digits) == LARGEST_KEY


def test_an_id_may_be_text() -> None:
    assert IdField().clean(" render-7 ") == "render-7"
    assert IdField().clean("5042") == 5042
    with pytest.raises(ValidationError, match="must not begin with a zero"):
        IdField().clean("007")


@pytest.mark.parametrize("text", [str(LARGEST_KEY + 1), "9" * 20, "9" * 5000])
def test_no_id_is_past_the_largest_key(text: str) -> None:
    assert IdField().clean(str(LARGEST_KEY)) == LARGEST_KEY
    with pytest.raises(ValidationError, match="it must be from 0 to 2"):
        IdField().clean(text)


def test_malformed_paging_is_the_first_page() -> None:
    form = PagingForm({"before": "x", "after": "7"})
    assert form.keys() == {"before": None, "after": 7}
