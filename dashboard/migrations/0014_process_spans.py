"""The stretches of time in which each process lived are kept."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def begin(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Note since when."""
    since = apps.get_model("dashboard", "KeptSince").objects
    since.using(editor.connection.alias).get_or_create(
        kind="processes", defaults={"since": timezone.now()}
    )


class Migration(migrations.Migration):
    """A table, empty: what was before is not known."""

    dependencies = [("dashboard", "0013_conditions")]
    operations = [
        migrations.CreateModel(
            "ProcessSpan",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("process", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=10)),
                ("host", models.CharField(max_length=255)),
                ("pid", models.PositiveIntegerField()),
                ("version", models.CharField(max_length=50)),
                ("started_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["last_at"], name="span_last")]},
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
