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

from dashboard import tabs
from dashboard.access import by, name_of, origin_of, signed_in
from dashboard.forms.login import OLD, OwnPasswordForm
from dashboard.store.database.sql import clean
from dashboard.store.people import sign_ins, users
from dashboard.views.returning import only_posted, way_back


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The login page; afterwards back to where the person came from."""
    back = way_back(request, "/")
    if request.user.is_authenticated:
        return redirect(back)
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            login(request, form.get_user())
            sign_ins.signed(by(request), "sign-in")
            answer = redirect(back)
            tabs.tell(answer, name_of(request))
            return answer
        sign_ins.refused(typed_name(request), origin_of(request))
    return render(request, "login/page.html", {"form": form, "next": back})


@require_safe
@signed_in
def beside(request: HttpRequest) -> HttpResponse:
    """After a login in another tab: go back to the first tab."""
    return render(request, "login/beside.html")


@only_posted("overview")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    who = by(request) if request.user.is_authenticated else None
    logout(request)
    if who is not None:
        sign_ins.signed(who, "sign-out")
    answer = redirect("login")
    tabs.forget(answer)
    return answer


@sensitive_post_parameters()
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; this session stays, all others end.

    People without a right may do that too. Wrong current passwords are counted and
    locked out as at the login.
    """
    form = OwnPasswordForm(request, request.POST or None)
    if request.method == "POST" and not form.is_valid() and form.has_error(OLD):
        sign_ins.refused(name_of(request), origin_of(request))
    elif request.method == "POST" and form.is_valid():
        users.set_password(form.person, form.cleaned_data["new_password"], by(request))
        update_session_auth_hash(request, form.person)
        messages.success(
            request, "Your password is changed; other sessions have ended."
        )
        return redirect("overview")
    return render(request, "login/password.html", {"form": form})


def typed_name(request: HttpRequest) -> str:
    """The name that somebody tries to log in with, or has."""
    if request.user.is_authenticated:
        return name_of(request)
    return clean(request.POST.get("username", ""))[:150]


def locked_out(request: HttpRequest, credentials: Any) -> HttpResponse:
    """Answer 429 after too many wrong passwords (django-axes asks for this page)."""
    sign_ins.refused(typed_name(request), origin_of(request), sign_ins.LOCKED)
    seconds = int(settings.AXES_COOLOFF_TIME * 3600)
    context = {"minutes": seconds // 60, "limit": settings.AXES_FAILURE_LIMIT}
    answer = render(request, "login/locked.html", context, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
