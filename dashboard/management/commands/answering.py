"""`manage.py answering KIND ID`: answers one question about the past; `work` starts it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.service.answering import be_process
from dashboard.store.past.questions import KINDS


class Command(BaseCommand):
    """Answers one question that is kept in the database."""

    help = "Answer a question about the past that was asked. Started by `work`."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and with which process it ends."""
        parser.add_argument("kind", choices=KINDS, metavar="KIND")
        parser.add_argument("id", type=int, metavar="ID")
        parser.add_argument("--parent", type=int, metavar="PID")
        parser.add_argument("--signs", type=int, metavar="DESCRIPTOR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer it."""
        own = options["kind"], options["id"]
        be_process(*own, options["parent"], options["signs"])
