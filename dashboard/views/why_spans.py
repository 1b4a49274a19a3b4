"""Why did a callback run, or not run, over a span of time? Answered while the page waits."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.access import by, requires
from dashboard.forms.fields import PagingForm
from dashboard.forms.why import SpanForm, WhyForm
from dashboard.htmx import page
from dashboard.looks.addresses import page_urls, runs_url
from dashboard.looks.causes import STAGES, look_of_code
from dashboard.models import EventRecord, WhyRecord
from dashboard.models.kinds import counted_from
from dashboard.models.questions import RUNNING
from dashboard.models.whys import REACHED
from dashboard.queries import why as queries
from dashboard.queries.events import sequences_by_id
from dashboard.queries.paging import LARGEST_KEY, ROWS, read_page
from dashboard.store.past import questions, why_questions
from dashboard.store.past.asking import SeveralDirectories, UnknownFile
from dashboard.views.events import rows_of
from dashboard.views.returning import only_posted
from dashboard.views.why import callbacks, called, say_which
from qubecb.why.causes import Code


@requires("viewer")
@only_posted("why")
def begin(request: HttpRequest) -> HttpResponse:
    """Let it be answered, and show how far it is."""
    form = SpanForm(request.POST)
    asked = _asked(form) if form.is_valid() else None
    if asked is not None:
        try:
            record = why_questions.ask(asked, by(request).name)
            return redirect("why-span", record.pk)
        except questions.TooMany as error:
            form.add_error(None, str(error))
    context = {"form": WhyForm(), "span_form": form, "callbacks": callbacks()}
    return page(request, "why/page.html", "why/_results.html", context, 422)


def _asked(form: SpanForm) -> why_questions.Asked | None:
    """What is asked; None: the form says what is wrong."""
    try:
        key = why_questions.key_of(form.file, form.directory)
    except UnknownFile:
        form.add_error("callback", f"No callbacks.conf names {form.file[:60]}.")
        return None
    except SeveralDirectories as error:
        say_which(form, error.directories)
        return None
    return why_questions.Asked(
        key, form.cleaned_data["since"], form.cleaned_data["until"]
    )


@require_safe
@requires("viewer")
def show(request: HttpRequest, identity: int) -> HttpResponse:
    """How far it is, and what came out."""
    record = _found(identity)
    told = why_questions.told(record)
    context = {
        "record": record,
        "told": told,
        "key": why_questions.key(record),
        "called": called(why_questions.key(record)),
        "computing": told["state"] == RUNNING,
        "may_cancel": record.author == by(request).name,
        "callbacks": callbacks(),
    }
    if told["cause"] is not None:
        context |= _answered(record, told)
    return page(request, "why/span.html", "why/_span.html", context)


def _answered(record: WhyRecord, told: dict[str, Any]) -> dict[str, Any]:
    counts = {each["step"]: each["count"] for each in told["funnel"]}
    known = sequences_by_id([told["event"]]) if told["event"] else {}
    return {
        "look": look_of_code(Code(told["cause"]["code"]), told["cause"]["parameters"]),
        "funnel": [_figure(record, step, counts) for step in STAGES],
        "kept_back": counts["kept-back"],
        "kept_back_word": f"{counts['kept-back']:,} kept back",
        "kept_back_url": _list_of(record, "kept-back"),
        "sequence": known.get(told["event"]),
        "waited_for": queries.waited_for(told["trigger"]),
        "since": queries.week_ago(),
        "reaches": counted_from(),
    }


def _figure(record: WhyRecord, step: str, counts: dict[str, int]) -> dict[str, Any]:
    word, sentence = STAGES[step]
    return {
        "word": word,
        "sentence": sentence,
        "count": counts[step],
        "most": max(counts.values()),
        "url": _list_of(record, step),
    }


def _list_of(record: WhyRecord, step: str) -> str:
    """The list of exactly what a step counts."""
    if step in REACHED:
        return runs_url(why=f"{record.pk}.{step}")
    return reverse("why-span-events", args=(record.pk, step))


@requires("viewer")
@only_posted("why-span", "identity")
def cancel(request: HttpRequest, identity: int) -> HttpResponse:
    """End it; only who asked may do so."""
    record = _found(identity)
    if record.author == by(request).name:
        questions.fail(record, questions.CANCELLED)
    return redirect("why-span", identity)


@require_safe
@requires("viewer")
def events(request: HttpRequest, identity: int, step: str) -> HttpResponse:
    """The events that a step of the funnel counts."""
    record, keys = _found(identity), PagingForm(request.GET).keys()
    if step not in STAGES or step in REACHED:
        raise Http404(f"There is no list of {step}.")
    near = why_questions.events_near(record, step, **keys, limit=ROWS)
    rows = EventRecord.events.filter(pk__in=near).defer("job")
    found = read_page(rows, **keys, limit=ROWS)
    context = {
        "record": record,
        "key": why_questions.key(record),
        "word": STAGES[step][0],
        "rows": rows_of(found.rows),
        "filtered": True,
        **page_urls(request, found.newer, found.older),
    }
    return page(request, "why/span_events.html", "events/_results.html", context)


def _found(identity: int) -> WhyRecord:
    found = questions.looked_at(WhyRecord, min(identity, LARGEST_KEY))
    if found is None:
        message = "There is no such answer any more: it is stored for a day. Ask again."
        raise Http404(message)
    return found
