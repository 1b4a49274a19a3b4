"""Events: what was received, and what each caused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from dashboard.access import by, requires
from dashboard.forms.events import EventFilterForm, PlanAgainForm
from dashboard.forms.fields import PagingForm
from dashboard.htmx import STOP_POLLING, page, wants_fragment
from dashboard.looks.addresses import page_urls
from dashboard.looks.states import SETTLED, look_of
from dashboard.looks.words import counted
from dashboard.models import EventRecord
from dashboard.queries import events as queries
from dashboard.queries.large import large
from dashboard.queries.paging import Page, read_page
from dashboard.store.acts import setting_aside
from dashboard.store.acts.firing import SIMULATE
from dashboard.store.past.silent import Silence, silences
from dashboard.views.returning import only_posted
from qubecb.triggers.vocabulary import EVENT_NAMES

#: Callbacks named in a row of the list.
_SHOWN = 4


@require_safe
@requires("viewer")
def events(request: HttpRequest) -> HttpResponse:
    """Everything that was received, filtered by the address."""
    form = EventFilterForm(request.GET)
    valid = form.is_valid()
    keys = PagingForm(request.GET).keys()
    found: Page[EventRecord] = Page([], None, None)
    if valid:
        found = read_page(queries.matching(form.wanted()), **keys)
    context = {
        "form": form,
        "faults": [] if valid else form.faults(),
        "names": EVENT_NAMES,
        "selects": [form[name] for name in ("type", "source", "caused", "test")],
        "kept": [
            (name, request.GET[name])
            for name in ("since", "until")
            if request.GET.get(name)
        ],
        "filtered": bool(set(request.GET) - {"before", "after"}),
        "rows": rows_of(found.rows),
        "live": keys["before"] is None and keys["after"] is None,
        "busy": any(event.waits for event in found.rows),
        "aside": valid and form.cleaned_data["caused"] == "aside",
        **page_urls(request, found.newer, found.older),
    }
    return page(request, "events/page.html", "events/_results.html", context)


def rows_of(events: Sequence[EventRecord]) -> list[dict[str, Any]]:
    """Each event with what it caused, up to a few callbacks."""
    caused = queries.caused_by(events)
    return [
        {
            "event": event,
            "caused": [
                {
                    "directory": each.directory,
                    "file": each.file,
                    "count": each.count,
                    "look": look_of(each.state),
                    "settled": SETTLED.get(each.settled),
                }
                for each in caused.get(event.sequence, ())[:_SHOWN]
            ],
            "more": max(0, len(caused.get(event.sequence, ())) - _SHOWN),
        }
        for event in events
    ]


@require_safe
@requires("viewer")
def event(request: HttpRequest, sequence: int) -> HttpResponse:
    """One event: what was sent, and what it caused, including nothing; followed to its end."""
    found = queries.get_event(sequence)
    if found is None:
        raise Http404(f"There is no event {sequence}; it may have been pruned.")
    runs = queries.runs_of(found)
    context = {
        "event": found,
        "runs": runs,
        "silence": _silence(found),
        "goes_on": found.waits or any(run.ended_at is None for run in runs),
        "fragment": wants_fragment(request),
    }
    if not context["fragment"]:
        context["known"] = queries.is_known(found.job_id)
        context["suggested"] = _suggested(found)
        context["job"] = large(EventRecord, found.sequence, "job")
    stop = context["fragment"] and not context["goes_on"]
    status = STOP_POLLING if stop else 200
    return page(
        request, "events/event.html", "events/_event_live.html", context, status
    )


def _silence(event: EventRecord) -> Silence | None:
    """Why it caused nothing, if it did and may have caused something."""
    silent = event.planned_at is not None and not event.runs_count
    if not silent or event.source == SIMULATE:
        return None
    return silences(event.job_id, [event]).get(event.sequence)


@requires("operator")
@only_posted("events")
def plan_again(request: HttpRequest) -> HttpResponse:
    """Plan one set-aside event again, or all of them."""
    wanted = PlanAgainForm(request.POST)
    if not wanted.is_valid():
        raise Http404("There is no such event.")
    sequence = wanted.cleaned_data["sequence"]
    done = setting_aside.plan_again(
        by(request), None if sequence is None else [sequence]
    )
    said = f"{counted(len(done), 'event')} will be planned again."
    messages.info(request, said if done else "No such event is set aside now.")
    return redirect("events") if sequence is None else redirect("event", sequence)


def _suggested(event: EventRecord) -> str:
    """The trigger that this event would satisfy: any item or instance of the job itself."""
    extra = "-*" if event.type in ("work", "subjob", "host") else ""
    return f"{event.name}-{event.type}-self{extra}"
