"""`manage.py web`: the pages and the API."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.service.web import web
from qubecb.errors import QubecbError


class Command(BaseCommand):
    """Serves until SIGTERM or Ctrl-C."""

    help = "Serve the pages and the API on QUBECB_BIND, until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What `up` hands on."""
        parser.add_argument("--socket", type=int, metavar="DESCRIPTOR")
        parser.add_argument(
            "--parent", type=int, metavar="PID", help="end with this process"
        )
        parser.add_argument("--signs", type=int, metavar="DESCRIPTOR")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            web(options["socket"], options["parent"], options["signs"])
        except QubecbError as error:
            raise SystemExit(f"qubecb: {error}") from None
