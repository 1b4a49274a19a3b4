"""The caller: a program by its token, or a person by the session of the pages.

A session counts for reading only (GET): a form on another site can make a browser send a POST
with its cookies, but not with an `Authorization` header.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from dashboard.access import by, origin_of, right_of
from dashboard.api.problems import Refused
from dashboard.models.rights import includes
from dashboard.store.people import tokens
from dashboard.store.people.audit import By

_HOW = "Send the header Authorization: Bearer TOKEN; tokens are made under Settings."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, from where, as acts are recorded, and with which right."""

    by: By
    right: str | None

    @property
    def name(self) -> str:
        """The name of the person or the token."""
        return self.by.name

    def can(self, right: str) -> bool:
        """Whether the caller has a right, or a higher one."""
        return includes(self.right, right)

    def require(self, right: str, act: str = "This") -> None:
        """Raise Refused (403) unless the caller has the right."""
        if not self.can(right):
            raise Refused(
                403, f"{act} needs the right {right}; {self.name} has {self.right}."
            )


class Bearer(HttpBearer):
    """Recognises the caller and asks for a right."""

    def __init__(self, right: str) -> None:
        super().__init__()
        self.right = right

    def __call__(self, request: HttpRequest) -> Caller:
        """Give the caller; raises Refused: 401 for a stranger, 403 for a right too low."""
        caller = by_header(request) or _by_session(request)
        if caller is None:
            raise unknown_caller(_HOW)
        caller.require(self.right)
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        return by_token(request, token)


def caller_of(request: HttpRequest) -> Caller:
    """Give the caller that Bearer recognised."""
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set by django-ninja
    return caller


def unknown_caller(detail: str) -> Refused:
    """401, with the header that HTTP asks for."""
    return Refused(401, detail, {"WWW-Authenticate": 'Bearer realm="qubecb"'})


def by_token(request: HttpRequest, token: str) -> Caller:
    """Recognise a token; raises Refused (401) with the reason."""
    try:
        holder = tokens.recognise(token)
    except tokens.TokenRefused as error:
        raise unknown_caller(str(error)) from None
    caller = By(holder.name, origin_of(request), "token", holder.id)
    return Caller(caller, holder.right)


def by_header(request: HttpRequest) -> Caller | None:
    value = request.headers.get("Authorization", "")
    scheme, _, token = value.partition(" ")
    if not value:
        return None
    if scheme.lower() != "bearer" or not token.strip():
        raise unknown_caller(_HOW)
    return by_token(request, token.strip())


def _by_session(request: HttpRequest) -> Caller | None:
    if request.method not in ("GET", "HEAD") or not request.user.is_authenticated:
        return None
    return Caller(by(request), right_of(request.user))
