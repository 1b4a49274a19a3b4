"""`{% settings_tab "Users" "settings-users" %}`: one tab of the settings pages."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse

from dashboard.templatetags.ui import tab

register = template.Library()


@register.simple_tag(takes_context=True)
def settings_tab(context: Context, label: str, url_name: str) -> str:
    """A tab, marked when the page is this one or below it."""
    request: HttpRequest | None = context.get("request")
    path, href = request.path if request else "", reverse(url_name)
    below = url_name != "settings" and path.startswith(href)
    return tab(label, href, current=path == href or below)
