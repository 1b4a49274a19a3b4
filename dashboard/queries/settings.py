"""What the settings pages list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from dashboard.models import AuditEntry, EventRecord, Run, Token
from dashboard.models.rights import RIGHTS, highest
from dashboard.queries.paging import LARGEST_KEY


@dataclass(frozen=True, slots=True)
class Person:
    """A user with the right that their groups give."""

    user: User
    right: str | None


def people() -> list[Person]:
    """Give everybody, in order of name: two queries."""
    groups = Prefetch("groups", Group.objects.only("name"))
    users = User.objects.order_by("username").prefetch_related(groups)
    return [person(user) for user in users]


def person(user: User) -> Person:
    """Give a user's right as it stands in the groups, whether they are active or not."""
    names = [group.name for group in user.groups.all()]
    return Person(user, RIGHTS[-1] if user.is_superuser else highest(names))


def get_user(identity: int) -> User | None:
    """Give a user by id, or None."""
    return User.objects.filter(pk=min(identity, LARGEST_KEY)).first()


@dataclass(frozen=True, slots=True)
class TokenState:
    """A token and whether it is valid now."""

    token: Token
    #: valid, expired or revoked.
    state: str

    @property
    def dialog(self) -> str:
        """The name of the dialog that revokes it."""
        return f"revoke-{self.token.pk}"


def tokens() -> list[TokenState]:
    """Give every token, those in use first, then by name."""
    now = timezone.now()
    found = [TokenState(token, _state(token, now)) for token in Token.objects.all()]
    return sorted(
        found, key=lambda each: (each.state != "valid", each.token.name.lower())
    )


def tokens_made_by(user: User) -> list[str]:
    """Give the names of the valid tokens that a person made, in order."""
    made = [each for each in tokens() if each.token.created_by == user.username]
    return [each.token.name for each in made if each.state == "valid"]


def get_token(identity: int) -> Token | None:
    """Give a token by id, or None."""
    return Token.objects.filter(pk=min(identity, LARGEST_KEY)).first()


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at <= now:
        return "expired"
    return "valid"


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What of the audit log to list; all of it must hold."""

    actor: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


def audit(wanted: AuditFilter) -> QuerySet[AuditEntry]:
    """Give the entries that a filter wants, without order."""
    found = AuditEntry.objects.all()
    if wanted.actor:
        found = found.filter(actor=wanted.actor)
    if wanted.act:
        found = found.filter(act=wanted.act)
    if wanted.since is not None:
        found = found.filter(at__gte=wanted.since)
    if wanted.until is not None:
        found = found.filter(at__lt=wanted.until)
    return found


def acts() -> list[str]:
    """Give the acts that are recorded, for the filter."""
    return list(
        AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
    )


@dataclass(frozen=True, slots=True)
class Oldest:
    """How far back history reaches."""

    event: datetime | None
    run: datetime | None


def oldest() -> Oldest:
    """Read when the oldest event and run that are kept happened."""
    events = EventRecord.objects.order_by("accepted_at")
    runs = Run.objects.order_by("queued_at")
    return Oldest(
        events.values_list("accepted_at", flat=True).first(),
        runs.values_list("queued_at", flat=True).first(),
    )
