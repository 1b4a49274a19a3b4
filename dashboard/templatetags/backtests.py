"""What a backtest found, as a page tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.looks.addresses import why_url
from dashboard.templatetags.links import job_link

register = template.Library()
_WORDS = {
    "never": "never ran",
    "timed_out": "timed out",
    "suppressed": "were kept back",
    "queued": "are queued",
    "running": "are running",
    "cancelled": "were cancelled",
    "lost": "were lost with their worker",
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
        f"{count:,} {_WORDS.get(state, state)}"
        for state, count in callback["lost_were"].items()
    )
    if not callback["lost_acted"]:
        return told
    acts = ", ".join(f"{verb} {n:,}" for verb, n in callback["lost_acts"].items())
    return f"{told}; {callback['lost_acted']:,} of them acted on the farm: {acts}"


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
