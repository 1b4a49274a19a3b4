"""Signing in and out, and a person's own password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from dashboard.access import by, name_of, requires
from dashboard.forms.login import OwnPasswordForm
from dashboard.store import audit, users
from dashboard.views.returning import only_posted, way_back


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The login page; afterwards back to where the person came from."""
    back = way_back(request, "/")
    if request.user.is_authenticated:
        return redirect(back)
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        audit.record(by(request), "sign-in", name_of(request))
        return redirect(back)
    return render(request, "login/page.html", {"form": form, "next": back})


@require_safe
@requires("viewer")
def beside(request: HttpRequest) -> HttpResponse:
    """Where a login in another tab leads: back to the tab in which one was writing."""
    return render(request, "login/beside.html")


@only_posted("overview")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        audit.record(by(request), "sign-out", name_of(request))
    logout(request)
    return redirect("login")


@sensitive_post_parameters()
@requires("viewer")
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; this session stays, all others end."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        users.set_password(form.person, form.cleaned_data["new_password"], by(request))
        update_session_auth_hash(request, form.person)
        messages.success(
            request, "Your password is changed; other sessions have ended."
        )
        return redirect("overview")
    return render(request, "login/password.html", {"form": form})


def locked_out(request: HttpRequest, credentials: Any) -> HttpResponse:
    """Answer 429 after too many wrong passwords (django-axes asks for this page)."""
    seconds = int(settings.AXES_COOLOFF_TIME * 3600)
    context = {"minutes": seconds // 60, "limit": settings.AXES_FAILURE_LIMIT}
    answer = render(request, "login/locked.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
