"""Which event satisfied which event spec is remembered, and kept with the run that it led to.

What was remembered before becomes "by an event that nobody knows", in portions, each a
transaction of its own; what is killed on the way goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max, Min

#: Keys that one transaction passes over.
PORTION = 20_000
_WRITE = "UPDATE dashboard_progressrecord SET satisfied = %s WHERE id = %s"


def convert(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Let each memory say of its event specs that their events are not known."""
    connection = editor.connection
    memories = apps.get_model("dashboard", "ProgressRecord").objects
    rows = memories.using(connection.alias).order_by("id")
    for first, last in _portions(rows.aggregate(Min("id"), Max("id"))):
        some = rows.filter(id__gte=first, id__lte=last).values_list("id", "satisfied")
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            old = [(specs, key) for key, specs in some if isinstance(specs, list)]
            written = [(json.dumps(dict.fromkeys(specs)), key) for specs, key in old]
            if written:
                cursor.executemany(_WRITE, written)


def _portions(keys: dict[str, int | None]) -> Iterator[tuple[int, int]]:
    lowest, highest = keys["id__min"], keys["id__max"]
    if lowest is None or highest is None:
        return
    for first in range(lowest, highest + 1, PORTION):
        yield first, first + PORTION - 1


class Migration(migrations.Migration):
    """A column of runs, of which no row is written; and the memories."""

    atomic = False
    dependencies = [("dashboard", "0014_process_spans")]
    operations = [
        migrations.AddField("run", "satisfied_by", models.JSONField(null=True)),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "progressrecord", "satisfied", models.JSONField(default=dict)
                )
            ]
        ),
        migrations.RunPython(convert, migrations.RunPython.noop),
    ]
