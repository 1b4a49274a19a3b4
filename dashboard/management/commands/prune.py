"""`manage.py prune`: forgets at once what is older than the settings say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboard.service.housekeeping import retention
from dashboard.store.pruning import prune


class Command(BaseCommand):
    """Does now what the service does each hour."""

    help = "Drop events, runs and statistics that are older than the settings say."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prune, and say what went."""
        dropped = prune(retention())
        for kind, count in sorted(dropped.items()):
            self.stdout.write(f"{kind}: {count}")
