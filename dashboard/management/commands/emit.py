"""`manage.py emit NAME-TYPE[-EXTRA] --job ID|JSON`: sends an event from the command line."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.management.keyboard import by
from dashboard.store.intake.acceptance import accept
from qubecb.errors import QubecbError
from qubecb.events import Event, parse_event, read_job, split_spec
from qubecb.strict_json import NotJson


class Command(BaseCommand):
    """Accepts one event, durably, whether the service runs or not."""

    help = "Send an event: emit failed-work-7 --job 5042"

    def add_arguments(self, parser: CommandParser) -> None:
        """The event as people write it, and its job."""
        parser.add_argument("event", metavar="NAME-TYPE[-EXTRA]")
        parser.add_argument(
            "--job",
            required=True,
            metavar="ID|JSON",
            help='5042, or fields: \'{"id": 5042, "user": "jo"}\'',
        )
        parser.add_argument("--id", help="an id; the same twice is accepted once")

    def handle(self, *args: Any, **options: Any) -> None:
        """Accept it, and print its id."""
        try:
            event = event_of(options["event"], options["job"], options["id"])
            accepted = accept([event], source="emit", actor=by().name)
        except QubecbError as error:
            raise CommandError(str(error)) from None
        known = " (a duplicate)" if accepted.duplicates else ""
        self.stdout.write(f"{accepted.ids[0]}{known}")


def event_of(spec: str, job: str, identity: str | None) -> Event:
    """Read an event as written on a command line; raises InvalidEvent."""
    name, kind, extra = split_spec(spec)
    data: dict[str, Any] = {"name": name, "type": kind, "job": job_of(job)}
    if extra is not None:
        data["extra"] = extra
    if identity is not None:
        data["id"] = identity
    return parse_event(data, time.time())


def job_of(text: str) -> object:
    """Read `--job`: an id, or a job's fields as JSON. Raises CommandError."""
    try:
        return read_job(text)
    except NotJson as error:
        raise CommandError(
            f"--job must be an id or JSON; {text[:100]} {error}"
        ) from None
