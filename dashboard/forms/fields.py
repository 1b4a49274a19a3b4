"""Fields that several pages' filters share, and the keys from which lists are read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dashboard.queries.paging import LARGEST_KEY
from qubecb.digits import is_digits, limited
from qubecb.durations import DAY, HOUR, MINUTE
from qubecb.jobs.ids import JobId, fault, job_id

_AGO = re.compile(r"([0-9]{1,6})\s*(m|min|h|d)\Z")
#: Years in which an event can have been received.
_EARLIEST, _LATEST = 1970, 2999
_SECONDS = {"m": MINUTE, "min": MINUTE, "h": HOUR, "d": DAY}


class MomentField(forms.Field):
    """A moment: `2h`, `7d`, a date, or a date with a time (in the viewer's time zone)."""

    def to_python(self, value: Any) -> datetime | None:
        """Read it, or say what it may be."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            found = _read_moment(text)
        except (ValueError, OverflowError):
            found = None
        if found is None or not _EARLIEST <= found.year <= _LATEST:
            raise ValidationError(
                f"“{text[:40]}” is not a time; write 2h, 7d, 2026-11-23 or 2026-11-23T14:00"
            )
        return found


def _read_moment(text: str) -> datetime:
    ago = _AGO.match(text)
    if ago:
        seconds = int(ago[1]) * _SECONDS[ago[2]]
        return timezone.now() - timedelta(seconds=seconds)
    found = parse_datetime(text) or datetime.fromisoformat(text)
    aware = timezone.make_aware(found) if found.tzinfo is None else found
    return aware.astimezone(UTC)


class KeyField(forms.Field):
    """A whole number that is compared with keys; what is larger than any is the largest."""

    def to_python(self, value: Any) -> int | None:
        """Read it, or say what it must be."""
        number = _read_number(value)
        return None if number is None else min(number, LARGEST_KEY)


class IdField(forms.Field):
    """The id of a job; 0 where a job's parent may be none."""

    def to_python(self, value: Any) -> JobId | None:
        """Read it, or say what it must be."""
        text = str(value or "").strip()
        if not text:
            return None
        wrong = fault(text)
        if wrong:
            raise ValidationError(f"“{text[:40]}” is not the id of a job: it {wrong}")
        return job_id(text, 0)


def _read_number(value: Any) -> int | None:
    text = str(value or "").strip()
    if not text:
        return None
    if not is_digits(text):
        raise ValidationError(f"“{text[:40]}” is not a whole number")
    return limited(text, LARGEST_KEY + 1)


class TextField(forms.CharField):
    """A text without the characters that no database stores."""

    def to_python(self, value: Any) -> str:
        """Strip it; what cannot be stored can match nothing and is refused."""
        text = super().to_python(value) or ""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("that is not text") from None
        return text


class FilterForm(forms.Form):
    """What an address asks for; every field may be left out."""

    def faults(self) -> list[str]:
        """What is wrong, field by field, in words."""
        return [
            f"{name}: {message}"
            for name, messages in self.errors.items()
            for message in messages
        ]


class Keys(TypedDict):
    """The key below or above which a list is read."""

    before: int | None
    after: int | None


class PagingForm(forms.Form):
    """Where a page of a list begins."""

    before = KeyField(required=False)
    after = KeyField(required=False)

    def keys(self) -> Keys:
        """The keys that can be read; a malformed one counts as none."""
        self.is_valid()
        return Keys(
            before=self.cleaned_data.get("before"),
            after=self.cleaned_data.get("after"),
        )
