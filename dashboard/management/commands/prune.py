"""`manage.py prune`: deletes now what is older than the settings allow."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.service.housekeeping import retention
from dashboard.store.runs.pruning import prune


class Command(BaseCommand):
    """Deletes now what the service deletes each hour."""

    help = "Drop events, runs and statistics that are older than the settings say."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune, and print how much was deleted."""
        dropped = prune(retention())
        for kind, count in sorted(dropped.items()):
            self.stdout.write(f"{kind}: {count}")
