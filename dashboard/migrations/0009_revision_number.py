"""Revisions are numbered within their directory."""

from __future__ import annotations

from collections import Counter

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def number(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Number what was recorded before, in the order of recording."""
    revisions = apps.get_model("dashboard", "Revision").objects
    known = revisions.using(editor.connection.alias).order_by("id")
    counts: Counter[str] = Counter()
    for identity, directory in list(known.values_list("id", "directory")):
        counts[directory] += 1
        known.filter(id=identity).update(number=counts[directory])


class Migration(migrations.Migration):
    """A column, and what stands in it."""

    dependencies = [("dashboard", "0008_settled_before")]
    operations = [
        migrations.AddField(
            "revision", "number", models.PositiveIntegerField(default=0)
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
    ]
