"""Make it fire: the edit that would have let a callback run for an event."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from dashboard.models import EventRecord
from dashboard.queries.events import get_event
from dashboard.store.configuration import directory_names
from qubecb.why.answer import Answer
from qubecb.why.causes import Code

#: What a wider trigger mends.
_NARROW = (Code.OTHER_NAME, Code.OTHER_TYPE, Code.OTHER_JOB, Code.OTHER_EXTRA)
_ANY = ("work", "subjob", "host")


def trigger_for(event: EventRecord, job: object) -> str:
    """A trigger that an event satisfies for the callbacks of a job: of any item or instance."""
    context = "self" if event.job_id == job else str(event.job_id)
    extra = "-*" if event.type in _ANY else ""
    return f"{event.name}-{event.type}-{context}{extra}"


def _can_be_named(event: EventRecord, job: object) -> bool:
    """Whether a trigger can name the event's job: hyphens of an id part it from an extra."""
    whole = event.type not in _ANY or "-" not in str(event.job_id)
    return whole or event.job_id == job


def mending(answer: Answer) -> str:
    """The address of an edit that makes it fire for such an event, or nothing."""
    about = answer.about
    name = directory_names.configured().get(about.directory)
    event = get_event(about.sequence) if about.sequence else None
    if name is None or event is None or not event.name or not event.job_id:
        return ""
    if not _can_be_named(event, about.job):
        return ""
    if answer.cause.code in _NARROW:
        wanted = {
            "edit": about.line,
            "file": about.file,
            "also": trigger_for(event, about.job),
        }
    elif (
        answer.cause.code is Code.NOT_IN_REVISION
        and "now" not in answer.cause.parameters
    ):
        wanted = {"add": about.file, "trigger": trigger_for(event, about.job)}
    else:
        return ""
    return f"{reverse('configuration', args=[name])}?{urlencode(wanted)}"
