"""`manage.py backtesting ID`: computes one backtest that somebody asked for; `work` starts it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard.service.backtesting import be_process


class Command(BaseCommand):
    """Computes one backtest that is kept in the database."""

    help = "Compute a backtest that was asked for. Started by `work`."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, and with which process it ends."""
        parser.add_argument("id", type=int, metavar="ID")
        parser.add_argument("--parent", type=int, metavar="PID")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute it."""
        be_process(options["id"], options["parent"])
