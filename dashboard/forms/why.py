"""What is asked: why did callbacks (not) run, for an event, for a job, for one of them?"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from dashboard.forms.fields import FilterForm, IdField, MomentField, TextField
from dashboard.forms.spans import span_of
from dashboard.store.configuration.directory_names import path_of
from dashboard.store.past.asking import Question
from dashboard.store.past.records import event_called, events_at
from qubecb.conffile.names import name_fault
from qubecb.digits import limited
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.events import LONGEST_ID
from qubecb.why.evidence import RecordedEvent


class CallbackForm(FilterForm):
    """A callback, by its file or by directory and file."""

    callback = TextField(label="Callback", required=False, max_length=1300)

    @property
    def file(self) -> str:
        """The callback's file, or nothing for all of them."""
        return str(self.cleaned_data["callback"].rpartition("/")[2])

    @property
    def directory(self) -> str | None:
        """The callback's directory, by path or name; None where only the file is given."""
        called = self.cleaned_data["callback"].rpartition("/")[0]
        return path_of(called) if called else None


class SpanForm(CallbackForm):
    """A callback, and from when until when."""

    since = MomentField(label="Since", required=False)
    until = MomentField(label="Until", required=False)

    def clean_callback(self) -> str:
        """Refuse none."""
        if not self.cleaned_data["callback"]:
            raise ValidationError("Say which callback is meant.")
        if fault := name_fault(self.file):
            raise ValidationError(f"The file name {fault}.")
        return str(self.cleaned_data["callback"])

    def clean(self) -> dict[str, Any]:
        """Fill in what is left out."""
        data: dict[str, Any] = super().clean() or {}
        try:
            ends = span_of(data.get("since"), data.get("until"))
        except ValueError:
            self.add_error("since", "The beginning must be before the end.")
            return data
        return data | dict(zip(("since", "until"), ends, strict=True))


class WhyForm(CallbackForm):
    """An event, a job, or both; and a callback, or every one that there is."""

    event = TextField(label="Event", required=False, max_length=LONGEST_ID)
    job = IdField(label="Job", required=False)
    #: Behind which callback a list goes on: a directory and a file.
    after = TextField(required=False, max_length=1300)

    def clean_event(self) -> RecordedEvent | None:
        """Find the event: by its number, as pages show it, else by its id."""
        given = self.cleaned_data["event"]
        if not given:
            return None
        number = limited(given)
        found = events_at([number]).get(number) if number is not None else None
        found = found or event_called(given)
        if found is None:
            message = f"There is no event “{given[:60]}”; it may have been pruned."
            raise ValidationError(message)
        return found

    @property
    def only_callback(self) -> bool:
        """Whether it is asked about a callback, and about nothing that happened."""
        return self.cleaned_data["event"] is None and self.cleaned_data["job"] is None

    @property
    def question(self) -> Question:
        """What is asked; to be called on a valid form."""
        return Question(self.cleaned_data["event"], self.cleaned_data["job"])

    @property
    def behind(self) -> MappingKey | None:
        """The callback behind which the list goes on."""
        directory, slash, file = self.cleaned_data["after"].rpartition("/")
        return MappingKey(directory, file) if slash else None
