"""In which time zone somebody sees all times."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboard.access import signed_in
from dashboard.forms.times import ZoneForm
from dashboard.store.people import preferences
from dashboard.views.returning import way_back
from dashboard.zone import chosen, of_browser


@signed_in
def times(request: HttpRequest) -> HttpResponse:
    """Choose one's own time zone; afterwards back to where the person came from."""
    back = way_back(request, "/")
    initial = {"zone": chosen(request)}
    form = ZoneForm(of_browser(request), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        zone = form.cleaned_data["zone"]
        preferences.choose_zone(cast(int, request.user.pk), zone)
        whose = f"those of {zone}" if zone else "those of your browser's time zone"
        messages.success(request, f"All times are {whose} from now on.")
        return redirect(back)
    return render(request, "login/times.html", {"form": form, "next": back})
