"""The time zone in which a person sees times."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from django import forms

from dashboard.store.people.preferences import zones

#: Zone names that are kept for old programs and are not places.
_NO_REGIONS = ("Etc", "posix", "right", "SystemV")


class ZoneForm(forms.Form):
    """The browser's zone, or a named one."""

    def __init__(self, of_browser: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = f" ({of_browser})" if of_browser else ""
        choices = [("", f"The browser's time zone{now}"), ("UTC", "UTC"), *_by_region()]
        self.fields["zone"] = forms.ChoiceField(
            label="Time zone", required=False, choices=choices
        )


@cache
def _by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """Places by continent or ocean, as a select shows them."""
    places = (each.partition("/") for each in sorted(zones()) if "/" in each)
    return [
        (
            region,
            [
                ("/".join((region, place)), place.replace("_", " "))
                for _, _, place in group
            ],
        )
        for region, group in groupby(places, itemgetter(0))
        if region not in _NO_REGIONS
    ]
