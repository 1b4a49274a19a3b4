"""`{% icon "name" %}`: a lucide icon inline, and run states as chips."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon

from dashboard.looks.states import SETTLED, SEVERITIES, look_of
from dashboard.models import EventRecord, Run
from dashboard.models.runs import MADE_GOOD
from qubecb.runner.outcome import RunState

register = template.Library()


@lru_cache(maxsize=512)
def drawn(name: str, size: int, extra_class: str = "") -> SafeString:
    """The icon as SVG, hidden from screen readers: there is always a word beside it."""
    classes = f"icon {extra_class}".strip()
    svg = _render_icon(name, size, aria_hidden="true", **{"class": classes})
    return mark_safe(svg)  # noqa: S308 - from the icon package, and our own class names


@register.simple_tag
def icon(name: str, size: int = 16, extra: str = "") -> SafeString:
    """Draw an icon of lucide; an unknown name is a bug."""
    return drawn(str(name), size, str(extra))


@register.simple_tag
def state(value: str) -> SafeString:
    """A run's state as a chip: icon and word."""
    return _chip(value, look_of(value).tone)


def _chip(value: str, tone: str) -> SafeString:
    look = look_of(value)
    turning = "turning" if value == RunState.RUNNING else ""
    return format_html(
        '<span class="badge tone-{}">{}{}</span>',
        tone,
        drawn(look.icon, 13, turning),
        look.word,
    )


@register.simple_tag
def run_count(value: str, count: int) -> SafeString:
    """How many runs are in a state, in a line of several: `12 ok`, `1 failed`."""
    look = look_of(value)
    return format_html(
        '<span class="tone-{} tone-text nowrap">{} {} {}</span>',
        look.tone,
        drawn(look.icon, 13),
        f"{count:,}",
        "ok" if value == RunState.SUCCEEDED else look.word.lower(),
    )


@register.simple_tag
def run_state(run: Run) -> SafeString:
    """A run's state as a chip; in grey once the run is settled, with what settled it."""
    settled = SETTLED.get(run.settled)
    if settled is None:
        return state(run.state)
    return format_html(
        "{} {}",
        _chip(run.state, "grey"),
        badge(settled.word, settled.tone, settled.icon, _settled(run)),
    )


@register.simple_tag
def run_origin(run: Run) -> SafeString:
    """Whether a run is a test, or by whom it was fired live; nothing for what the farm caused."""
    if run.simulate:
        return badge("test", "accent", "flask-conical", "Its actions were only noted")
    return _fired(run.fired_by) if run.test else SafeString("")


@register.simple_tag
def event_origin(event: EventRecord) -> SafeString:
    """The same of an event."""
    if event.source == "simulate":
        return badge(
            "test",
            "accent",
            "flask-conical",
            "It changed no job, no progress and no statistics",
        )
    return _fired(event.actor) if event.source == "fire" else SafeString("")


def _fired(who: str) -> SafeString:
    said = f"fired by {who}, live" if who else "fired live"
    return badge(
        said, "accent", "zap", "By hand, not by the farm; statistics leave it out"
    )


def _settled(run: Run) -> str:
    """By what or by whom, and why."""
    if run.settled == MADE_GOOD:
        return f"by run {run.settled_by}"
    return ": ".join(filter(None, (run.settled_by, run.settled_reason)))


@register.simple_tag
def badge(word: str, tone: str = "grey", icon: str = "", title: str = "") -> SafeString:
    """A short fact as a chip: a word, with an icon if wanted."""
    return format_html(
        '<span class="badge square tone-{}"{}>{}{}</span>',
        tone,
        format_html(' title="{}"', title) if title else "",
        drawn(str(icon), 12) if icon else "",
        word,
    )


@register.simple_tag
def severity(value: str) -> SafeString:
    """The icon of a finding's severity, with its word for screen readers."""
    look = SEVERITIES.get(value, SEVERITIES["info"])
    return format_html(
        '<span class="tone-{} tone-text">{}<span class="visually-hidden">{}</span></span>',
        look.tone,
        drawn(look.icon, 16),
        look.word,
    )
