"""The components of every page. What each looks like and takes: docs/design-system.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.looks.states import SEVERITIES
from dashboard.templatetags.icons import drawn

register = template.Library()

_LEVELS = {
    "debug": ("info", "grey"),
    "info": ("info", "accent"),
    "success": ("circle-check", "green"),
    "warning": ("triangle-alert", "amber"),
    "error": ("circle-alert", "red"),
}


def _component(name: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", context)


@register.simple_block_tag
def card(
    content: SafeString,
    title: str,
    icon: str = "",
    note: str = "",
    href: str = "",
    link: str = "",
    flush: bool = False,
) -> SafeString:
    """A titled box. `flush` leaves out the padding, for tables and code."""
    return _component(
        "card",
        content=content,
        title=title,
        icon=icon,
        note=note,
        href=href,
        link=link,
        flush=flush,
    )


@register.simple_block_tag
def empty(content: SafeString, title: str, icon: str = "inbox") -> SafeString:
    """Nothing to show: why that is, and in its content what to do next."""
    return _component("empty", content=content, title=title, icon=icon)


@register.simple_block_tag
def notice(content: SafeString, level: str = "info") -> SafeString:
    """A message in the page: info, success, warning or error."""
    icon, tone = _LEVELS.get(level, _LEVELS["info"])
    return _component("notice", content=content, icon=icon, tone=tone, level=level)


@register.simple_block_tag
def dialog(
    content: SafeString,
    anchor: str,
    title: str,
    size: str = "",
) -> SafeString:
    """A box over the page, opened by `<button popovertarget="ANCHOR">`, without JavaScript."""
    return _component("dialog", content=content, id=anchor, title=title, size=size)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: Context,
    content: SafeString,
    anchor: str,
    button: str,
    action: str,
    title: str = "",
    icon: str = "",
    kind: str = "",
    submit: str = "",
) -> SafeString:
    """A button that says what will happen, in its content, before the button that does it.

    The content stands inside the form that is posted to `action`, so fields may stand in it.
    """
    return render_to_string(
        "components/confirm.html",
        {
            "content": content,
            "id": anchor,
            "button": button,
            "action": action,
            "title": title or button,
            "icon": icon,
            "kind": kind,
            "submit": submit or button,
        },
        request=context.get("request"),
    )


@register.simple_tag
def tab(label: str, href: str, current: bool = False, count: int | None = None) -> str:
    """One tab inside `<nav class="tabs" aria-label="…">`: a link, with a count if wanted."""
    return format_html(
        '<a href="{}"{}>{}{}</a>',
        href,
        SafeString(' aria-current="page"') if current else "",
        label,
        "" if count is None else format_html('<span class="count">{}</span>', count),
    )


@register.inclusion_tag("components/crumbs.html")
def crumbs(*steps: str) -> dict[str, Any]:
    """Where the page stands: `{% crumbs "Runs" runs_url "Run 5" "" %}`, label and address."""
    return {"steps": list(zip(steps[::2], steps[1::2], strict=False))}


@register.inclusion_tag("components/pager.html")
def pager(
    newer: str = "", older: str = "", note: str = "", words: str = "Newer,Older"
) -> dict[str, Any]:
    """The foot of a list: the addresses of the part before and the part after, in words."""
    back, on = words.split(",")
    return {"newer": newer, "older": older, "note": note, "back": back, "on": on}


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, optional: bool = False, placeholder: str = ""
) -> dict[str, Any]:
    """A form's field: label, control, help and errors, tied together for screen readers."""
    described = []
    if bound.help_text:
        described.append(f"{bound.auto_id}_help")
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if placeholder:
        attributes["placeholder"] = placeholder
    widget = bound.field.widget
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "check": isinstance(widget, CheckboxInput),
        "group": bound.use_fieldset,
        "hidden": widget.is_hidden,
        "optional": optional,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with a form as a whole."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("components/findings.html")
def findings(found: Any, where: bool = True) -> dict[str, Any]:
    """A list of the checker's findings: severity, place, message, hint."""
    shown = [
        {
            "finding": one,
            "look": SEVERITIES.get(_severity(one), SEVERITIES["info"]),
            "place": "/".join(Path(_told(one, "file")).parts[-2:]),
        }
        for one in found
    ]
    return {"findings": shown, "where": where}


def _severity(finding: Any) -> str:
    return _told(finding, "severity")


def _told(finding: Any, name: str) -> str:
    if isinstance(finding, dict):
        return str(finding.get(name))
    return str(getattr(finding, name))


@register.simple_tag
def level_icon(level: str) -> SafeString:
    """The icon of a message's level."""
    return drawn(_LEVELS.get(level, _LEVELS["info"])[0], 16)


@register.filter
def level_tone(level: str) -> str:
    """The tone of a message's level."""
    return _LEVELS.get(level, _LEVELS["info"])[1]
