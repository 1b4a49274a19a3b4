"""`{% trigger text %}` and `{% meaning text %}`: a trigger coloured, and in words."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.templatetags.values import ticks
from qubecb.caching import remembered
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import explain, parse, parts

register = template.Library()

_LONGEST_SHOWN = 2000
_REMEMBERED = 4 * 1024 * 1024


@remembered(_REMEMBERED, lambda html, text: len(html) + len(text))
def coloured(text: str) -> SafeString:
    """The trigger's text in spans with a class for each kind of part."""
    spans = format_html_join(
        "",
        '<span class="t-{}">{}</span>',
        ((part.kind, part.text) for part in parts(text)),
    )
    return format_html('<code class="trigger">{}</code>', spans)


@remembered(_REMEMBERED, lambda said, text: len(said) + len(text))
def words(text: str) -> str:
    """What the trigger means, or what is wrong with it."""
    try:
        return explain(parse(text))
    except TriggerSyntaxError as error:
        return f"cannot be read: {error}"


@register.simple_tag
def trigger(text: str) -> SafeString:
    """A trigger with its parts coloured; also one that cannot be read."""
    shown = str(text)
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[:_LONGEST_SHOWN] + "…"
        return format_html('<code class="trigger">{}</code>', shown)
    return coloured(shown)


@register.simple_tag
def meaning(text: str) -> SafeString:
    """A trigger's meaning in words: `when any agenda item of the job fails`."""
    said = ticks(words(str(text))[:1000])
    return format_html('<span class="meaning">{}</span>', said)
