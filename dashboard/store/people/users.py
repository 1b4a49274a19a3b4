"""People: added, given rights, stopped. There is always one active administrator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import Group, User
from django.db.models import Q

from dashboard.models.rights import RIGHTS
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit, names
from dashboard.store.people.audit import By


class UserRefused(Exception):
    """What was asked cannot be done with this user; the message says why."""


def add(name: str, password: str, right: str, by: By) -> User:
    """Add a person; raises UserRefused when the name, or one that looks the same, is taken."""
    with writing():
        told = names.taken(name)
        if told is None:
            user = User.objects.create_user(name, password=password)
            user.groups.set(_groups(right))
            audit.record(by, "user", name, what="added", right=right)
    if told is not None:
        raise UserRefused(told)
    return user


def set_right(user: User, right: str, by: By) -> None:
    """Give a person one right in place of the old; raises UserRefused for the last administrator."""
    with _guarded(user):
        user.is_superuser = user.is_staff = False
        user.save(update_fields=["is_superuser", "is_staff"])
        user.groups.set(_groups(right))
        audit.record(by, "user", user.username, what="right", right=right)


def set_active(user: User, active: bool, by: By) -> None:
    """Let a person in again, or lock them out: then their sessions end with their next request.

    Raises UserRefused for the last administrator.
    """
    with _guarded(user):
        user.is_active = active
        user.save(update_fields=["is_active"])
        what = "activated" if active else "deactivated"
        audit.record(by, "user", user.username, what=what)


def set_password(user: User, password: str, by: By) -> None:
    """Set a person's password, which ends all their sessions."""
    with writing():
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record(by, "user", user.username, what="password")


def _groups(right: str) -> list[Group]:
    """The group of a right, which is made again if somebody deleted it."""
    if right not in RIGHTS:
        raise ValueError(f"{right} is not a right")
    return [Group.objects.get_or_create(name=right)[0]]


@contextmanager
def _guarded(user: User) -> Iterator[None]:
    """Undo the change made inside if it leaves no active administrator.

    1. The administrators' group is locked, so that two of them cannot remove each other.
    2. The change is made.
    3. The remaining administrators are counted; if there are none, all is rolled back.
    """
    with writing():
        Group.objects.select_for_update().get_or_create(name=RIGHTS[-1])
        yield
        administrators = User.objects.filter(
            Q(is_superuser=True) | Q(groups__name=RIGHTS[-1]), is_active=True
        )
        if not administrators.exists():
            raise UserRefused(
                f"{user.username} is the last administrator; make somebody else one first."
            )
