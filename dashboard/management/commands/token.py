"""`manage.py token create NAME [--right RIGHT] [--expires DATE]`: prints only the token."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from dashboard.management.keyboard import by
from dashboard.models import Token
from dashboard.models.rights import TOKEN_RIGHTS
from dashboard.store.people import tokens


class Command(BaseCommand):
    """Makes, lists and revokes API tokens."""

    help = "Make, list or revoke API tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        """Three acts: create, list, revoke."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        create = acts.add_parser("create", help="make a token and print it, once")
        create.add_argument("name")
        create.add_argument("--right", choices=TOKEN_RIGHTS, default="operator")
        create.add_argument(
            "--expires",
            metavar="DATE",
            help="2027-01-31, or with a time: 2027-01-31T12:00",
        )
        acts.add_parser("list", help="names, rights and last use of all tokens")
        revoke = acts.add_parser("revoke", help="revoke a token")
        revoke.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        acts = {"create": self._create, "list": self._list, "revoke": self._revoke}
        acts[options["act"]](options)

    def _create(self, options: dict[str, Any]) -> None:
        expires = moment(options["expires"]) if options["expires"] else None
        name = options["name"].strip()
        if not 0 < len(name) <= 100 or not name.isprintable():
            raise CommandError("a name has 1 to 100 printable characters")
        try:
            secret = tokens.create(name, options["right"], by=by(), expires_at=expires)
        except tokens.NameTaken as error:
            raise CommandError(str(error)) from None
        self.stdout.write(secret)

    def _list(self, options: dict[str, Any]) -> None:
        for token in Token.objects.order_by("name"):
            used = token.last_used_at
            state = "revoked" if token.revoked_at else "valid"
            when = f"last used {used:%Y-%m-%d %H:%M}" if used else "never used"
            self.stdout.write(f"{token.name}\t{token.right}\t{state}\t{when}")

    def _revoke(self, options: dict[str, Any]) -> None:
        token = Token.objects.filter(name=options["name"]).first()
        if token is None:
            raise CommandError(f"there is no token named {options['name']}")
        tokens.revoke(token, by=by())


def moment(text: str) -> datetime:
    """Read a day (its end) or a moment in the site's time zone; raises CommandError."""
    try:
        day = parse_date(text)
        found = datetime.combine(day, time(23, 59, 59)) if day else parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"--expires must be a date such as 2027-01-31, not {text!r}")
    aware = timezone.make_aware(found) if timezone.is_naive(found) else found
    if aware <= timezone.now():
        raise CommandError(f"--expires must be in the future, not {text}")
    return aware
