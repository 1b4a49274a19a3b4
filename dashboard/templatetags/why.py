"""Answers to "why did it not run?": verdicts, steps and causes as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.looks.causes import PLAIN, STEPS, VERDICTS, look_of_answer
from dashboard.looks.states import Look
from dashboard.templatetags.icons import drawn
from qubecb.why.answer import Answer
from qubecb.why.causes import Step

register = template.Library()


@register.simple_tag
def verdict(value: str) -> SafeString:
    """The icon of a verdict on a step or an event spec, with its word for screen readers."""
    look = VERDICTS[value]
    return format_html(
        '<span class="tone-{} tone-text">{}<span class="visually-hidden">{}: </span></span>',
        look.tone,
        drawn(look.icon, 16),
        look.word,
    )


@register.filter
def verdict_word(value: str) -> str:
    """A verdict in words: `not satisfied`."""
    return VERDICTS[value].word


@register.simple_tag
def answer_badge(answer: Answer) -> SafeString:
    """What became of a callback, as a chip."""
    return look_badge(look_of_answer(answer))


@register.simple_tag
def look_badge(look: Look) -> SafeString:
    """A look as a chip."""
    return format_html(
        '<span class="badge tone-{}">{}{}</span>',
        look.tone,
        drawn(look.icon, 13),
        look.word,
    )


@register.filter
def of(known: Mapping[int, Any], key: int) -> Any:
    """What is known of a key; nothing where it is nothing."""
    return known.get(key)


@register.filter
def adds(value: Step, verdict: str) -> bool:
    """Whether the sentence of a step says more than the step's own words."""
    return verdict == "stopped" or value not in PLAIN


@register.filter
def step(value: Step) -> str:
    """A step of the way in words."""
    return STEPS[value]
