"""`manage.py demo`: an invented farm, a week of events and runs, to try the pages with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.demo.demonstrating import demonstrate
from dashboard.management.arguments import of
from dashboard.project.setting_forms import count
from dashboard.service import first_start
from qubecb.digits import LARGEST
from qubecb.errors import QubecbError


class Command(BaseCommand):
    """Writes made-up history; it runs no callback."""

    help = "Fill the database with a week of an invented farm."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of it."""
        parser.add_argument("--days", type=of(count(1, 366)), default=7)
        parser.add_argument(
            "--jobs", type=of(count(1, 100_000)), default=24, help="jobs a day"
        )
        parser.add_argument(
            "--seed",
            type=of(count(0, LARGEST)),
            default=7,
            help="another one, another farm",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the data directory as a first `up` does, write the history, and print how much.

        A new data directory gets its tables, its callback directory and its administrator, whose
        generated password is printed once.
        """
        try:
            first_start.check_writable(settings.DATA)
            password = first_start.prepare()
            if password is not None:
                self.stdout.write(first_start.told_password(password))
            told = demonstrate(options["days"], options["jobs"], options["seed"])
        except QubecbError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{told.events} events, {told.runs} runs")
        self.stdout.write("See them with bin/up on the same data directory.")
