"""Entries of the audit log in words, with links."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.looks.words import ACTS, counted
from dashboard.models import AuditEntry
from dashboard.templatetags.links import callback_url, directory_name
from dashboard.templatetags.values import clock, cut
from qubecb.conffile.names import CONFIG_NAME
from qubecb.jobs.ids import PATTERN, job_id

register = template.Library()

#: Where an act's subject has its page.
_PAGES = {"token": "settings-tokens", "user": "settings-users"}
_NAMED = re.compile(rf"\b(?:(run|event) (\d{{1,18}})|(job) ({PATTERN}))(?![\w-])")
_LONGEST = 120


@register.simple_tag
def audit_act(entry: AuditEntry) -> str:
    """The act as a verb in the past."""
    return ACTS.get(entry.act) or entry.act.replace("-", " ")


@register.simple_tag(takes_context=True)
def audit_subject(context: Context, entry: AuditEntry) -> SafeString:
    """What it was done to, leading to its page while there is one."""
    if entry.act in _PAGES:
        return _link(reverse(_PAGES[entry.act]), entry.subject)
    if entry.subject.startswith("/"):
        return _place(context, entry.subject)
    parts, end = [], 0
    for found in _NAMED.finditer(entry.subject):
        page, key = found[1] or found[3], found[2] or job_id(found[4])
        if key is None:
            continue
        parts.append(cut(entry.subject[end : found.start()], _LONGEST))
        parts.append(_link(reverse(page, args=[key]), found[0]))
        end = found.end()
    parts.append(cut(entry.subject[end:], _LONGEST))
    return format_html_join("", "{}", ((part,) for part in parts))


def _place(context: Context, path: str) -> SafeString:
    """A directory, a file in it or its callbacks.conf."""
    directory, _, file = path.rpartition("/")
    name = directory_name(context, path)
    if name is not None:
        return _link(f"{reverse('callbacks')}?directory={name}", path)
    name = directory_name(context, directory)
    if name is None:
        return cut(path, _LONGEST)
    if file == CONFIG_NAME:
        return _link(reverse("configuration", args=[name]), path)
    href = callback_url(context, directory, file)
    return _link(href, path) if href else cut(path, _LONGEST)


def _link(href: str, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', href, cut(text, _LONGEST))


@register.simple_tag(takes_context=True)
def audit_details(context: Context, entry: AuditEntry) -> SafeString:
    """The details in words: how, how much and, last, why."""
    told = {name: value for name, value in entry.details.items() if name != "reason"}
    if entry.details.get("reason"):
        told["reason"] = entry.details["reason"]
    said = [_detail(context, entry, *each) for each in told.items()]
    return format_html_join("; ", "{}", ((each,) for each in said if each))


def _detail(context: Context, entry: AuditEntry, name: str, value: Any) -> str:
    if name == "until":
        return _until(value)
    if value in (None, "", [], {}):
        return ""
    if name in ("revision", "to"):
        return _revision(context, entry, name, value)
    if name == "callback":
        return format_html("only {}", _place(context, str(value)))
    words = _WORDS.get(name)
    return words(value) if words else format_html("{}: {}", name, cut(value, _LONGEST))


def _until(value: Any) -> str:
    if isinstance(value, int | float):
        return format_html("until {}", clock(datetime.fromtimestamp(value, UTC)))
    return "until somebody resumes it"


def _revision(context: Context, entry: AuditEntry, name: str, value: Any) -> str:
    """A revision by its number within the directory of the file that was changed."""
    number = (context.get("numbers") or {}).get(value)
    directory = directory_name(context, str(Path(entry.subject).parent))
    said = "back to revision" if name == "to" else "revision"
    if number is None or directory is None:
        return f"{said} {number if number is not None else 'that is gone'}"
    return format_html(
        "{} {}", said, _link(reverse("revision", args=[directory, value]), str(number))
    )


def _expires(value: Any) -> str:
    if value == "never":
        return "never expires"
    return format_html("expires {}", clock(datetime.fromisoformat(value)))


def _event(value: Any) -> SafeString:
    return format_html("event {}", _link(f"{reverse('search')}?q={value}", str(value)))


_WORDS: dict[str, Callable[[Any], str]] = {
    "changes": lambda value: cut(value, _LONGEST),
    "event": _event,
    "events": lambda value: counted(value, "event"),
    "expires": _expires,
    "mappings": lambda value: counted(value, "mapping"),
    "reason": lambda value: format_html("“{}”", cut(value, _LONGEST)),
    "right": lambda value: f"right {value}",
    "rung": lambda value: "simulated" if value == "simulate" else str(value),
    "runs": lambda value: counted(value, "run"),
    "times": lambda value: counted(value, "time"),
    "what": lambda value: cut(value, _LONGEST),
}
