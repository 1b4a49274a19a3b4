"""What an edit would have done: computed while its review is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access import by, requires
from dashboard.editing.drafts import Draft
from dashboard.models import BacktestRecord, Revision
from dashboard.models.questions import RUNNING
from dashboard.queries.events import sequences_by_id
from dashboard.queries.paging import LARGEST_KEY
from dashboard.store.past import backtest_questions, questions
from dashboard.views.configuration import editable, posted_draft
from dashboard.views.directories import Place, place_named
from dashboard.views.returning import only_posted
from qubecb.digits import whole_number

#: How far back one may look, by what the address calls it, with its word and its days.
SPANS = (("1d", "Day", 1), ("7d", "7 days", 7), ("30d", "30 days", 30))
#: Callbacks that are shown.
MOST = 50
WORD = (
    "Nothing was saved yet: to save this edit you must type a word, because of what it"
    " would have done. The word is under “What it would have done”."
)
MODES = (
    ("throughout", "All jobs", "As if the edit had been in force the whole time."),
    (
        "new-jobs",
        "New jobs",
        "For jobs that were submitted since the span began, as it will be once it is saved.",
    ),
)


@requires("editor")
@only_posted("configuration", "directory")
@editable
def begin(request: HttpRequest, directory: str) -> HttpResponse:
    """Let it be computed for the edit on the page, instead of what was asked for before."""
    here = place_named(directory)
    draft = posted_draft(request, here)
    span = request.POST.get("span", "")
    days = {name: days for name, _, days in SPANS}.get(span, 7)
    now = timezone.now()
    before = _number(request.POST.get("backtest", ""))
    if before is not None:
        backtest_questions.ask_no_longer(before, str(here.path))
    asked = backtest_questions.Asked(
        str(here.path),
        draft.data,
        now - timedelta(days=days),
        now,
        "new-jobs" if request.POST.get("mode") == "new-jobs" else "throughout",
    )
    try:
        return shown(request, here, backtest_questions.ask(asked, by(request).name))
    except questions.TooMany as error:
        context = {**context_of(here, None), "full": str(error)}
        return render(request, "configuration/_backtest.html", context)


@require_safe
@requires("editor")
def show(request: HttpRequest, directory: str, identity: int) -> HttpResponse:
    """How far it is, and what came out."""
    here = place_named(directory)
    found = questions.looked_at(BacktestRecord, identity)
    if found is None or found.directory != str(here.path):
        raise Http404(f"There is no backtest {identity}.")
    return shown(request, here, found)


def may_save(request: HttpRequest, here: Place, draft: Draft) -> bool:
    """Whether an edit wants no word, or the one that was typed."""
    found = backtest_questions.standing(str(here.path), draft.data)
    word = backtest_questions.word_for(found) if found else ""
    return not word or request.POST.get("word", "").strip().lower() == word


def keep(request: HttpRequest, revision: Revision) -> None:
    """Keep what was asked for with the revision that the edit became."""
    number = _number(request.POST.get("backtest", ""))
    if number is not None:
        backtest_questions.keep_with(revision, number)


def _number(text: str) -> int | None:
    return whole_number(text, 1, LARGEST_KEY)


def shown(request: HttpRequest, here: Place, record: BacktestRecord) -> HttpResponse:
    """The part of the review page that tells it."""
    return render(request, "configuration/_backtest.html", context_of(here, record))


def context_of(here: Place, record: BacktestRecord | None) -> dict[str, Any]:
    """What the fragment shows; without a record it asks for one."""
    told = backtest_questions.told(record) if record else None
    days = round((record.until - record.since) / timedelta(days=1)) if record else 7
    return {
        "here": here,
        "record": record,
        "told": told,
        "computing": told is not None and told["state"] == RUNNING,
        "spans": [(name, word, count, count == days) for name, word, count in SPANS],
        "modes": [
            (name, word, sentence, record is not None and record.mode == name)
            for name, word, sentence in MODES
        ],
        "days": days,
        "callbacks": told["callbacks"][:MOST] if told else [],
        "more": max(0, len(told["callbacks"]) - MOST) if told else 0,
        "sequences": sequences_by_id(_events(told)) if told else {},
        "word": backtest_questions.word_for(record) if record else "",
    }


def _events(told: dict[str, Any]) -> set[str]:
    """The ids of the events that are shown."""
    return {
        one["event"]
        for each in told["callbacks"][:MOST]
        for kind in ("gained_examples", "lost_examples")
        for one in each[kind]
        if one["event"]
    }
