"""Runs from before the upgrade are settled, and replays know the first run of their chain.

In portions, each a transaction of its own: nobody who writes meanwhile waits long, and what
is killed on the way goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max, Min, QuerySet

#: Keys that one transaction passes over.
PORTION = 20_000
_OPEN = ("failed", "timed_out", "crashed", "lost", "suppressed")


def settle(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Settle what has ended; what waits or runs will be open if it ends so."""
    runs = apps.get_model("dashboard", "Run").objects.using(editor.connection.alias)
    roots: dict[int, int] = {}
    for first, last in _portions(runs.aggregate(Min("id"), Max("id"))):
        with transaction.atomic(editor.connection.alias):
            some = runs.filter(id__gte=first, id__lte=last)
            unsettled = some.filter(state__in=_OPEN, test=False, open=False, settled="")
            unsettled.update(settled="before-upgrade")
            _link(some, roots)


def _link(runs: QuerySet[Any], roots: dict[int, int]) -> None:
    """Note the first run of each chain; takes and adds to those that are known."""
    replays = runs.filter(replay_of__isnull=False).order_by("id")
    for run, before in replays.values_list("id", "replay_of"):
        roots[run] = roots.get(before, before)
        runs.filter(id=run).update(chain=roots[run])


def _portions(keys: dict[str, int | None]) -> Iterator[tuple[int, int]]:
    lowest, highest = keys["id__min"], keys["id__max"]
    if lowest is None or highest is None:
        return
    for first in range(lowest, highest + 1, PORTION):
        yield first, first + PORTION - 1


class Migration(migrations.Migration):
    """Not one transaction; what was done is found done."""

    atomic = False
    dependencies = [("dashboard", "0007_settled")]
    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
