"""Settings: users and their rights. Administrators only."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from dashboard.access import by, requires
from dashboard.forms.login import NewPasswordForm
from dashboard.forms.settings import NewUserForm, RightForm
from dashboard.models.rights import MEANINGS, RIGHTS
from dashboard.queries import settings as queries
from dashboard.store.people import users as store
from dashboard.views.returning import only_posted


@sensitive_post_parameters("password")
@requires("administrator")
def users(request: HttpRequest) -> HttpResponse:
    """Everybody who may log in, and a form for somebody new."""
    form = NewUserForm(request.POST or None, initial={"right": "viewer"})
    if request.method == "POST" and form.is_valid() and _add(request, form):
        return redirect("settings-users")
    context = {
        "people": queries.people(),
        "form": form,
        "rights": [(right, MEANINGS[right]) for right in RIGHTS],
    }
    return render(request, "settings/users.html", context)


@requires("administrator")
def user(request: HttpRequest, identity: int) -> HttpResponse:
    """One person: right, password, whether they may log in."""
    found = _user(identity)
    person = queries.person(found)
    form = RightForm(request.POST or None, initial={"right": person.right})
    if request.method == "POST" and form.is_valid():
        right = form.cleaned_data["right"]
        if _try(request, lambda: store.set_right(found, right, by(request))):
            messages.success(request, f"{found.username} now has the right {right}.")
        return redirect("settings-user", identity)
    return _shown(request, found, form, NewPasswordForm(found))


@sensitive_post_parameters()
@requires("administrator")
@only_posted("settings-user", "identity")
def set_password(request: HttpRequest, identity: int) -> HttpResponse:
    """Give a person a new password, which ends their sessions."""
    found = _user(identity)
    form = NewPasswordForm(found, request.POST)
    if not form.is_valid():
        right = RightForm(initial={"right": queries.person(found).right})
        return _shown(request, found, right, form)
    store.set_password(found, form.cleaned_data["new_password"], by(request))
    messages.success(request, f"{found.username} has a new password.")
    return redirect("settings-user", identity)


@requires("administrator")
@only_posted("settings-user", "identity")
def set_active(request: HttpRequest, identity: int) -> HttpResponse:
    """Activate or deactivate a person."""
    found = _user(identity)
    active = request.POST.get("active") == "yes"
    if _try(request, lambda: store.set_active(found, active, by(request))):
        now = "may log in again" if active else "can no longer log in"
        messages.success(request, f"{found.username} {now}.")
    return redirect("settings-user", identity)


def _shown(
    request: HttpRequest, found: User, form: RightForm, password: NewPasswordForm
) -> HttpResponse:
    context = {
        "person": queries.person(found),
        "form": form,
        "password": password,
        "tokens": queries.tokens_made_by(found),
    }
    return render(request, "settings/user.html", context)


def _add(request: HttpRequest, form: NewUserForm) -> bool:
    """Add a person; a name that is taken is the form's error."""
    data = form.cleaned_data
    try:
        store.add(data["username"], data["password"], data["right"], by(request))
    except store.UserRefused as error:
        form.add_error("username", str(error))
        return False
    messages.success(request, f"{data['username']} can log in now.")
    return True


def _try(request: HttpRequest, act: Callable[[], None]) -> bool:
    """Try an act; a refusal becomes a message."""
    try:
        act()
    except store.UserRefused as error:
        messages.error(request, str(error))
        return False
    return True


def _user(identity: int) -> User:
    found = queries.get_user(identity)
    if found is None:
        raise Http404
    return found
