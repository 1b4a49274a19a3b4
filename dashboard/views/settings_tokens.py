"""Settings: tokens of programs. Administrators only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from dashboard.access import by, requires
from dashboard.forms.settings import NewTokenForm
from dashboard.models.rights import INTAKE, MEANINGS
from dashboard.queries import settings as queries
from dashboard.store.people import tokens as store
from dashboard.views.returning import only_posted


@never_cache
@requires("administrator")
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token, and a form for a new one, whose text is shown in this one answer."""
    form = NewTokenForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "rights": MEANINGS.items()}
    if request.method == "POST" and form.is_valid():
        secret = _create(request, form)
        if secret:
            context |= {
                "secret": secret,
                "made": form.cleaned_data["name"],
                "trial": _trial(request, form.cleaned_data["right"]),
                "form": NewTokenForm(),
            }
    context["tokens"] = queries.tokens()
    return render(request, "settings/tokens.html", context)


@requires("administrator")
@only_posted("settings-tokens")
def revoke(request: HttpRequest, identity: int) -> HttpResponse:
    """Revoke a token."""
    token = queries.get_token(identity)
    if token is None:
        raise Http404
    store.revoke(token, by=by(request))
    messages.success(request, f"The token {token.name} is revoked.")
    return redirect("settings-tokens")


def _trial(request: HttpRequest, right: str) -> str:
    """A command that shows that the token works, within its right."""
    address = (settings.PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")
    curl = 'curl -H "Authorization: Bearer $TOKEN"'
    if right == INTAKE:
        return f"{curl} {address}/api/events -d '[]'"
    return f"{curl} '{address}/api/runs?limit=1'"


def _create(request: HttpRequest, form: NewTokenForm) -> str:
    """Make a token; a name that is taken is the form's error."""
    data = form.cleaned_data
    try:
        return store.create(
            data["name"],
            data["right"],
            by=by(request),
            expires_at=data["expires"],
        )
    except store.NameTaken as error:
        form.add_error("name", str(error))
        return ""
