"""The frame of every page: navigation, the farm's pulse, the theme."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from dashboard.models.rights import can
from dashboard.queries.pulse import pulse as read_pulse

register = template.Library()

THEMES = ("light", "dark")


class Place(NamedTuple):
    """One entry of the navigation."""

    label: str
    icon: str
    url_name: str
    #: A line above it.
    apart: bool = False
    #: What one needs to be let in.
    right: str = "viewer"


PLACES = (
    Place("Overview", "gauge", "overview"),
    Place("Callbacks", "file-code", "callbacks"),
    Place("Configuration", "file-pen-line", "configuration-first"),
    Place("Triggers", "zap", "triggers"),
    Place("Runs", "activity", "runs", True),
    Place("Events", "radio", "events"),
    Place("Why", "circle-question-mark", "why"),
    Place("Test fire", "flask-conical", "fire", right="operator"),
    Place("Settings", "settings", "settings", True),
)


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The left navigation: the pages that the person may open, and which one is current."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    places = []
    user = getattr(request, "user", None)
    for place in PLACES:
        if user is not None and not can(user, place.right):
            continue
        href = reverse(place.url_name)
        family = href if place.url_name == "overview" else f"/{href.split('/')[1]}/"
        here = path == href or (len(family) > 1 and path.startswith(family))
        places.append({"place": place, "href": href, "here": here})
    return {"places": places}


@register.inclusion_tag("components/pulse.html")
def pulse() -> dict[str, Any]:
    """The farm's pulse: what waits, what runs, what failed in the last hour."""
    return {"pulse": read_pulse()}


@register.simple_tag
def zone() -> str:
    """The time zone in which this page shows times: the viewer's, else the site's."""
    return timezone.get_current_timezone_name()


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The theme that this browser asked to keep: light, dark, or nothing for the system's."""
    request: HttpRequest | None = context.get("request")
    kept = request.COOKIES.get("theme", "") if request else ""
    return kept if kept in THEMES else ""
