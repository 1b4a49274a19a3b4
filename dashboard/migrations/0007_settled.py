"""What is open, what is settled and by what: new columns of runs.

They are added with a default of the database's own, which neither SQLite nor PostgreSQL writes
into the rows that are there: Django would write a table of millions of rows anew.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

_NEW: dict[str, models.Field[Any, Any]] = {
    "open": models.BooleanField(default=False, db_default=False),
    "settled": models.CharField(max_length=15, blank=True, default="", db_default=""),
    "settled_by": models.CharField(
        max_length=150, blank=True, default="", db_default=""
    ),
    "settled_reason": models.CharField(
        max_length=500, blank=True, default="", db_default=""
    ),
}
_TYPES = {
    "open": "boolean DEFAULT false",
    "settled": "varchar(15) DEFAULT ''",
    "settled_by": "varchar(150) DEFAULT ''",
    "settled_reason": "varchar(500) DEFAULT ''",
}


class Migration(migrations.Migration):
    """Columns and their indexes; what stands in them is the next migration's."""

    dependencies = [("dashboard", "0006_changes")]
    operations = [
        migrations.AddField("run", "chain", models.BigIntegerField(null=True)),
        migrations.AddField("run", "settled_at", models.DateTimeField(null=True)),
        migrations.RunSQL(
            [
                f'ALTER TABLE dashboard_run ADD COLUMN "{name}" {kind} NOT NULL'
                for name, kind in _TYPES.items()
            ],
            [f'ALTER TABLE dashboard_run DROP COLUMN "{name}"' for name in _TYPES],
            state_operations=[
                migrations.AddField("run", name, field) for name, field in _NEW.items()
            ],
        ),
        migrations.AddIndex(
            "run",
            models.Index(
                fields=["-id", "directory", "file", "state"],
                name="run_open",
                condition=models.Q(open=True),
            ),
        ),
        migrations.AddIndex(
            "run",
            models.Index(
                fields=["chain", "state"],
                name="run_chain",
                condition=models.Q(chain__isnull=False),
            ),
        ),
    ]
