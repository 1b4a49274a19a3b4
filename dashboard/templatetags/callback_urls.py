"""Addresses that belong to a callback or a trigger, whatever characters they hold."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import NoReverseMatch, reverse

from dashboard.looks.addresses import runs_url
from dashboard.models.keys import trigger_key
from dashboard.queries.callbacks import CallbackRow

register = template.Library()


@register.simple_tag
def callback_runs_url(row: CallbackRow, **wanted: Any) -> str:
    """The runs of a callback: `{% callback_runs_url row state="queued" %}`."""
    return runs_url(callback=f"{row.directory}/{row.file}", **wanted)


@register.simple_tag
def fire_url(row: CallbackRow) -> str:
    """The address of the test fire of one callback; empty if there is no such page."""
    try:
        page = reverse("fire")
    except NoReverseMatch:
        return ""
    return f"{page}?{urlencode({'callback': f'{row.directory}/{row.file}'})}"


@register.simple_tag
def trigger_url(text: str) -> str:
    """The page of a trigger."""
    return f"{reverse('trigger')}?{urlencode({'text': trigger_key(str(text))})}"
