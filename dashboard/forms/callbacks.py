"""What the pages of callbacks ask for: filters of the list, and how long to pause."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from dashboard.forms.fields import TextField
from dashboard.queries.callbacks import CallbackRow
from qubecb.durations import HOUR

SHOWS = (
    ("", "All callbacks"),
    ("look", "Needs a look"),
    ("paused", "Paused"),
    ("findings", "With findings"),
    ("missing", "Script missing"),
    ("unmapped", "Not mapped"),
)
LASTING = (
    ("", "until somebody resumes it"),
    (str(HOUR), "for 1 hour"),
    (str(2 * HOUR), "for 2 hours"),
    (str(4 * HOUR), "for 4 hours"),
    (str(12 * HOUR), "for 12 hours"),
    (str(24 * HOUR), "for a day"),
    (str(7 * 24 * HOUR), "for a week"),
    ("end", "until the moment below"),
)
#: A pause ends within ten years: a longer one is a mistake, or should have no end.
_LONGEST = timedelta(days=3653)


class CallbackFilterForm(forms.Form):
    """The filters of a directory's callbacks, all optional."""

    text = TextField(required=False, max_length=200)
    show = forms.ChoiceField(required=False, choices=SHOWS)

    def wanted(self, rows: Iterable[CallbackRow]) -> list[CallbackRow]:
        """Give the rows that fit; what cannot be read filters nothing."""
        data = self.cleaned_data if self.is_valid() else {}
        text, fits = data.get("text", "").casefold(), _FITS[data.get("show", "")]
        return [
            row
            for row in rows
            if text in f"{row.name}\n{row.trigger}".casefold() and fits(row)
        ]


_FITS: dict[str, Callable[[CallbackRow], bool]] = {
    "": lambda _: True,
    "look": lambda row: row.needs_a_look,
    "paused": lambda row: row.pause is not None,
    "findings": lambda row: bool(row.findings),
    "missing": lambda row: row.missing,
    "unmapped": lambda row: row.mapping is None,
}


class PauseForm(forms.Form):
    """Why something is paused, and for how long."""

    reason = forms.CharField(
        label="Why",
        max_length=500,
        help_text="Shown to everybody who wonders why nothing runs.",
    )
    lasts = forms.ChoiceField(label="How long", required=False, choices=LASTING)
    end = forms.DateTimeField(
        label="Until",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Only for “until the moment below”.",
    )

    def clean(self) -> dict[str, Any]:
        """A chosen end must be in the future, and excludes a chosen duration."""
        data = self.cleaned_data
        lasts, end = data.get("lasts"), data.get("end")
        if "end" in self.errors:
            return data
        if lasts == "end" and end is None:
            self.add_error("end", "Say until when.")
        elif lasts != "end" and end is not None:
            self.add_error("lasts", "Choose “until the moment below”, or clear it.")
        elif end is not None and not timezone.now() < end < timezone.now() + _LONGEST:
            self.add_error("end", "It must lie in the future, within ten years.")
        return data

    def until(self) -> float | None:
        """The end in Unix seconds, or None; to be called on a valid form."""
        lasts, end = self.cleaned_data["lasts"], self.cleaned_data["end"]
        if lasts == "end":
            return float(end.timestamp())
        if not lasts:
            return None
        return (timezone.now() + timedelta(seconds=int(lasts))).timestamp()


class CancelForm(forms.Form):
    """Why queued runs are cancelled."""

    reason = forms.CharField(label="Why", max_length=200, required=False)
