"""The filters in the address of the events page."""

from __future__ import annotations

from django import forms

from dashboard.forms.fields import FilterForm, IdField, KeyField, MomentField, TextField
from dashboard.models.events import SOURCES
from dashboard.queries.events import EventFilter
from qubecb.triggers.vocabulary import TYPES

_TESTS = (
    ("", "Live and tests"),
    ("no", "Live"),
    ("farm", "Live, not fired by hand"),
    ("fired", "Live, fired by hand"),
    ("yes", "Tests"),
)
CAUSED = (
    ("", "Any result"),
    ("runs", "Caused runs"),
    ("nothing", "Caused nothing"),
    ("waiting", "Not dispatched yet"),
    ("aside", "Set aside"),
)


class PlanAgainForm(forms.Form):
    """Which set-aside event to plan again; none: all of them."""

    sequence = KeyField(required=False)


class EventFilterForm(FilterForm):
    """The filters of the events page, all optional."""

    name = TextField(required=False, max_length=100)
    type = forms.ChoiceField(
        required=False,
        choices=[("", "Any type"), *((name, name) for name in TYPES)],
    )
    job = IdField(required=False)
    source = forms.ChoiceField(
        required=False,
        choices=[("", "Any source"), *((name, name) for name in SOURCES)],
    )
    caused = forms.ChoiceField(required=False, choices=CAUSED)
    test = forms.ChoiceField(required=False, choices=_TESTS)
    since = MomentField(required=False)
    until = MomentField(required=False)

    def wanted(self) -> EventFilter:
        """The filter; to be called on a valid form."""
        return EventFilter(**self.cleaned_data)
