"""What a backtest found, as a page tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.looks.addresses import why_url
from dashboard.looks.words import counted
from dashboard.templatetags.links import job_link

register = template.Library()
#: What became of runs: of one, and of several.
_WORDS = {
    "never": "never ran/never ran",
    "timed_out": "timed out/timed out",
    "suppressed": "was kept back/were kept back",
    "queued": "is queued/are queued",
    "running": "is running/are running",
    "cancelled": "was cancelled/were cancelled",
    "lost": "was lost with its worker/were lost with their worker",
}


@register.filter
def as_moment(text: str) -> datetime:
    """A moment of JSON."""
    return datetime.fromisoformat(text)


@register.filter
def unlocalized(number: float) -> str:
    """A number as an attribute takes it, whatever the language."""
    return f"{number:.3f}"


@register.filter
def fates(callback: Mapping[str, Any]) -> str:
    """What became of lost runs: `209 succeeded, 3 failed; 3 of them acted: kill 3`."""
    told = ", ".join(
        counted(count, _WORDS.get(state, f"{state}/{state}"))
        for state, count in callback["lost_were"].items()
    )
    if not callback["lost_acted"]:
        return told
    acts = ", ".join(f"{verb} {n:,}" for verb, n in callback["lost_acts"].items())
    return f"{told}; {callback['lost_acted']:,} of them acted on the farm: {acts}"


@register.filter
def in_short(callbacks: Sequence[Mapping[str, Any]]) -> str:
    """What an edit would have done in one sentence: runs with it and without it, gained and lost."""
    names = ("before", "after", "gained", "lost", "lost_acted")
    before, after, gained, lost, acted = (
        sum(each[name] for each in callbacks) for name in names
    )
    if not gained and not lost:
        return (
            f"The edit changes no run: {counted(before, 'run')} with it and without it."
        )
    changes = [f"{gained:,} gained"] if gained else []
    changes += [f"{lost:,} lost"] if lost else []
    acts = f"; {acted:,} of the lost ones acted on the farm" if acted else ""
    runs = f"{counted(after, 'run')} instead of {before:,}"
    return f"With the edit {runs}: {' and '.join(changes)}{acts}."


@register.simple_tag
def backtest_example(
    example: Mapping[str, Any],
    sequences: Mapping[str, int],
    directory: str = "",
    file: str = "",
) -> SafeString:
    """An event and a job, with links to why the callback ran, or why none did, and to the job.

    Takes the sequences of events by their ids, and the callback if it was mapped then.
    """
    event, job = example["event"], example["job"]
    sequence = sequences.get(event or "")
    what: str = "an event" if event else "a time"
    if sequence is not None:
        address = why_url(sequence, job, directory, file)
        what = format_html('<a href="{}">event {}</a>', address, sequence)
    if not job:
        return format_html("{}", what)
    return format_html("{} for job {}", what, job_link(job))
