"""A test fire: an event built by hand, and what to test with it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast, get_args

from django import forms
from django.core.exceptions import ValidationError

from dashboard.forms.fields import IdField, TextField
from dashboard.store.acts.firing import Shot
from dashboard.store.configuration.naming import labels
from dashboard.store.dispatch.situations import Edit, Source
from dashboard.store.jobs.reading import jobs_by_id
from qubecb import strict_json
from qubecb.conffile.catalog import Directory
from qubecb.conffile.names import name_fault
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.errors import InvalidEvent, Problem
from qubecb.events import (
    LONGEST_EXTRA,
    LONGEST_ID,
    LONGEST_NAME,
    SENT_TYPES,
    Event,
    parse_event,
)
from qubecb.jobs import Job
from qubecb.triggers.vocabulary import TYPES

#: Fields of the job that have a field in the form, by the job's name for them.
JOB_FIELDS = ("pid", "pgrp", "label", "status", "user")
_SOURCES_SAVED = {
    "bound": "What a live event would use",
    "saved": "callbacks.conf as it is saved now",
}
_SOURCES = {**_SOURCES_SAVED, "edit": "Text that is not saved"}
_LONGEST_CONFIG = 1024 * 1024
#: What the other fields of the job may be, as JSON.
LONGEST_MORE = 100_000


def _text(label: str, longest: int, **more: str) -> TextField:
    attributes = {"autocomplete": "off", "spellcheck": "false", **more}
    return TextField(
        label=label,
        required=False,
        max_length=longest,
        strip=True,
        widget=forms.TextInput(attrs=attributes),
    )


class FireForm(forms.Form):
    """The event, the job it is about, and what to judge or run with it.

    Only people who may edit have the fields for a callbacks.conf that is not saved.
    """

    #: Only a confirmation has one: the same form sent twice is one event.
    id = TextField(required=False, max_length=LONGEST_ID, strip=False)
    name = _text("Event", LONGEST_NAME, list="event-names")
    type = forms.ChoiceField(
        choices=[(kind, f"{kind}: {TYPES[kind]}") for kind in SENT_TYPES]
    )
    extra = _text("Extra", LONGEST_EXTRA, placeholder="instance, item or host")
    job = IdField(label="Job id")
    job_name = _text("Job name", 1000)
    user = _text("User", 200)
    label = _text("Label", 500)
    status = _text("Status", 100)
    pid = IdField(label="Parent (pid)", required=False)
    pgrp = IdField(label="Process group", required=False)
    more = TextField(
        label="Other fields of the job",
        required=False,
        max_length=LONGEST_MORE,
        widget=forms.Textarea(
            attrs={"class": "code", "rows": 3, "spellcheck": "false"}
        ),
        help_text='As JSON: {"prod_show": "dune"}',
    )
    attached = IdField(
        label="Callbacks of another job",
        required=False,
        help_text="Its id: what would its callbacks do?",
    )
    source = forms.ChoiceField(label="Configuration", required=False)
    callback = forms.ChoiceField(label="Callback", required=False)
    directory = forms.ChoiceField(label="For the directory", required=False)
    config = TextField(
        label="callbacks.conf",
        required=False,
        max_length=_LONGEST_CONFIG,
        strip=False,
        widget=forms.Textarea(
            attrs={"class": "code", "rows": 8, "spellcheck": "false"}
        ),
    )

    def __init__(
        self,
        data: Any,
        directories: Sequence[Directory],
        may_edit: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.may_edit = may_edit
        self._choose("callback", {"": "All of them", **_callbacks(directories)})
        if may_edit:
            self._choose("source", _SOURCES)
            paths = [str(each.path) for each in directories]
            self._choose("directory", dict(zip(paths, paths, strict=True)))
        else:
            self._choose("source", _SOURCES_SAVED)
            del self.fields["directory"], self.fields["config"]

    def _choose(self, name: str, choices: dict[str, Any]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = list(choices.items())

    def clean_more(self) -> dict[str, Any]:
        """Read the other fields; `id` and the fields above are not among them."""
        text = self.cleaned_data["more"].strip()
        if not text:
            return {}
        try:
            values = strict_json.read(text)
        except strict_json.NotJson as error:
            raise ValidationError(f"This {error}.") from None
        if not isinstance(values, dict):
            raise ValidationError(
                'This must be an object, such as {"prod_show": "dune"}.'
            )
        return values

    def clean_attached(self) -> Job | None:
        """The other job, which must be known here."""
        identity = self.cleaned_data["attached"]
        if not identity:
            return None
        known = jobs_by_id([identity]).get(identity)
        if known is None:
            raise ValidationError(f"Job {identity} is not known here.")
        return known.job

    def clean(self) -> dict[str, Any]:
        """Read the event; what is wrong with it stands at its field."""
        data = self.cleaned_data
        if self.errors:
            return data
        try:
            data["event"] = parse_event(self._as_sent(), time.time())
        except InvalidEvent as error:
            for problem in error.problems:
                self._complain(problem)
        return data

    def _as_sent(self) -> dict[str, Any]:
        data = self.cleaned_data
        job = {**data["more"], "id": data["job"], "name": data["job_name"]}
        job |= {name: data[name] for name in JOB_FIELDS if data[name] not in ("", None)}
        sent = {"name": data["name"], "type": data["type"], "job": job}
        optional = {name: data[name] for name in ("extra", "id") if data[name]}
        return sent | optional

    def _complain(self, problem: Problem) -> None:
        path = problem.path.removeprefix("job.")
        own = {"id": "job", "name": "job_name"} if problem.path != path else {}
        name = own.get(path, path)
        field = name if name in self.fields else "more"
        message = f"This {problem.message}."
        self.add_error(
            field, message if field == name else f"{path} {problem.message}."
        )

    def shot(self) -> Shot:
        """What to fire; to be called on a valid form."""
        data = self.cleaned_data
        event: Event = data["event"]
        source: Source = (
            data["source"] if data["source"] in get_args(Source) else "bound"
        )
        directory, _, file = data["callback"].rpartition("/")
        return Shot(
            event,
            data["attached"],
            source,
            self._edit(),
            MappingKey(directory, file) if file else None,
        )

    def _edit(self) -> Edit | None:
        data = self.cleaned_data
        if data["source"] != "edit" or not data["directory"]:
            return None
        config = data["config"].replace("\r\n", "\n").encode()
        return Edit(Path(data["directory"]), config)


def _callbacks(directories: Sequence[Directory]) -> dict[str, str]:
    """Every mapped file by its whole path; the directory is named where the file's is not enough.

    A file of a name that no callback can have is never run, and may be no text.
    """
    places = labels()
    files = Counter(file for each in directories for file in _files(each))
    return {
        f"{each.path}/{mapping.file}": (
            f"{mapping.file} in {places.get(str(each.path), each.path)}"
            if files[mapping.file] > 1
            else mapping.file
        )
        for each in directories
        for mapping in each.mappings
        if name_fault(mapping.file) is None
    }


def _files(directory: Directory) -> set[str]:
    return {mapping.file for mapping in directory.mappings}
