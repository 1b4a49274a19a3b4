"""Pauses are intervals, and runs know the pause that kept them back.

What had ended before left no row, so it is noted from when on pauses are kept.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def begin(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """End the pauses whose time has come, and note since when ends are kept."""
    alias, now = editor.connection.alias, timezone.now()
    pauses = apps.get_model("dashboard", "PauseRecord").objects.using(alias)
    pauses.filter(until__lte=now).update(ended_at=models.F("until"), ending="time")
    since = apps.get_model("dashboard", "KeptSince").objects.using(alias)
    since.get_or_create(kind="pauses", defaults={"since": now})


class Migration(migrations.Migration):
    """A table and columns; no row of a run is written."""

    dependencies = [("dashboard", "0010_preference")]
    operations = [
        migrations.CreateModel(
            "KeptSince",
            [
                (
                    "kind",
                    models.CharField(max_length=20, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.AddField("run", "pause", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "run",
            models.Index(
                fields=["pause", "-id"],
                name="run_pause",
                condition=models.Q(pause__isnull=False),
            ),
        ),
        migrations.AddField("pauserecord", "ended_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "pauserecord",
            "ended_by",
            models.CharField(max_length=150, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "pauserecord",
            "ending",
            models.CharField(max_length=10, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("pauserecord", "one_pause"),
        migrations.AddConstraint(
            "pauserecord",
            models.UniqueConstraint(
                fields=["directory", "file"],
                name="one_open_pause",
                condition=models.Q(ended_at__isnull=True),
            ),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
