"""`manage.py work`: dispatcher, worker, timers and watchers in one process."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.management.arguments import of
from dashboard.project.setting_forms import seconds
from dashboard.service.work import work
from qubecb.errors import QubecbError


class Command(BaseCommand):
    """Works until SIGTERM or Ctrl-C."""

    help = "Dispatch events and run callbacks, until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options of the grace period and the parent process."""
        parser.add_argument(
            "--grace",
            type=of(seconds(0, 86_400)),
            metavar="SECONDS",
            help="how long runs may continue at the end (QUBECB_GRACE)",
        )
        parser.add_argument(
            "--parent", type=int, metavar="PID", help="end with this process"
        )
        parser.add_argument("--signs", type=int, metavar="DESCRIPTOR")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            work(options["parent"], options["grace"], options["signs"])
        except QubecbError as error:
            raise SystemExit(f"qubecb: {error}") from None
