"""Why did it, or did it not, run? For an event, for a job, for one callback or for all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.access import can, requires
from dashboard.forms.why import CallbackForm, WhyForm
from dashboard.htmx import page
from dashboard.looks.addresses import changed
from dashboard.looks.causes import FAR
from dashboard.models.kinds import counted_from
from dashboard.queries import why as queries
from dashboard.store.configuration.directory_names import names
from dashboard.store.configuration.observing import catalog
from dashboard.store.configuration.pauses import kept_back
from dashboard.store.past.asking import SeveralDirectories, UnknownFile, why_each
from dashboard.store.past.asking import why as why_one
from dashboard.views.why_mending import mending
from qubecb.conffile.document import shown
from qubecb.conffile.names import name_fault
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.why.answer import Answer
from qubecb.why.causes import Code

#: Callbacks that the field proposes.
_MOST_CHOICES = 500


@require_safe
@requires("viewer")
def why(request: HttpRequest) -> HttpResponse:
    """The form; with something in the address its answer, or an answer for each callback."""
    asked = any(request.GET.get(name) for name in ("event", "job", "callback"))
    form = WhyForm(request.GET if asked else None)
    context: dict[str, Any] = {"form": form, "callbacks": callbacks()}
    if asked and form.is_valid():
        context |= _answered(request, form)
    return page(request, "why/page.html", "why/_results.html", context)


def _answered(request: HttpRequest, form: WhyForm) -> dict[str, Any]:
    if form.only_callback:
        return _of_callback(form)
    return _one(request, form) if form.file else _each(request, form)


def _of_callback(form: WhyForm) -> dict[str, Any]:
    """What a callback waits for, and what came of that: one of these may be asked about."""
    found = [
        (MappingKey(str(directory.path), form.file), shown(mapping.trigger_text))
        for directory in catalog().directories
        for mapping in [directory.mapping(form.file)]
        if mapping is not None and form.directory in (None, str(directory.path))
    ]
    if not found:
        form.add_error("callback", f"No callbacks.conf names {form.file[:60]}.")
        return {}
    if len(found) > 1:
        say_which(form, [key.directory for key, _ in found])
        return {}
    [(key, trigger)] = found
    return {
        "key": key,
        "called": called(key),
        "trigger": trigger,
        "waited_for": queries.waited_for(trigger),
        "recent": queries.recent(trigger, key),
        "since": queries.week_ago(),
        "reaches": counted_from(),
    }


def _one(request: HttpRequest, form: WhyForm) -> dict[str, Any]:
    try:
        answer = why_one(form.question, form.file, form.directory)
    except UnknownFile:
        form.add_error(
            "callback", "No callbacks.conf that counts for it names this file."
        )
        return {}
    except SeveralDirectories as error:
        say_which(form, error.directories)
        return {}
    run = queries.run_to_replay(answer)
    return {
        "answer": answer,
        "shown": queries.shown(answer),
        "run": run,
        "replay_word": "Run it again" if answer.ran else "Run this one",
        "kept_back": kept_back([(run.directory, run.file)]).values() if run else (),
        "mending": mending(answer) if can(request.user, "editor") else "",
        "numbers": queries.revision_numbers(answer),
        "everything": f"{request.path}?{changed(request.GET, callback=None, after=None)}",
    }


def say_which(form: CallbackForm, directories: Sequence[str]) -> None:
    """Ask which of several directories is meant."""
    known = ", ".join(f"{each}/{form.file}" for each in directories)
    form.add_error("callback", f"Say which one is meant: {known}")


def _each(request: HttpRequest, form: WhyForm) -> dict[str, Any]:
    found, event = why_each(form.question, form.behind), form.question.event
    items = sorted(found.items, key=lambda each: -each.cause.code.place)
    far = [each for each in items if each.cause.code in FAR]
    after = found.next and f"{found.next.directory}/{found.next.file}"
    return {
        "items": [each for each in items if each not in far],
        "far": far,
        "counts": _counts(items),
        "unknown": all(each.cause.code is Code.UNKNOWN_JOB for each in items),
        "question": form.question,
        "asked_event": event.accepted.sequence if event else "",
        "asked_job": form.question.job or "",
        "with_event": event is None,
        "next": f"{request.path}?{changed(request.GET, after=after)}" if after else "",
        "paged": bool(after or form.behind),
    }


def callbacks() -> list[str]:
    """What may be chosen, as it may be typed."""
    given = names()
    found = (
        f"{given.get(str(directory.path), directory.path)}/{each.file}"
        for directory in catalog().directories
        for each in directory.mappings
        if name_fault(each.file) is None
    )
    return list(islice(found, _MOST_CHOICES))


def called(key: MappingKey) -> str:
    """A callback as it may be typed: the directory's name and the file."""
    return f"{names().get(key.directory, key.directory)}/{key.file}"


def _counts(items: Sequence[Answer]) -> dict[str, int]:
    """How many ran, were kept back or wait, and did not run for another reason."""
    ran = sum(each.ran for each in items)
    kept = sum(
        each.cause.code in (Code.PAUSED, Code.LANGUAGE_DISABLED) for each in items
    )
    waits = sum(each.cause.code in (Code.QUEUED, Code.WAITING_FOR) for each in items)
    rest = len(items) - ran - kept - waits
    return {"ran": ran, "kept_back": kept, "waits": waits, "not": rest}
