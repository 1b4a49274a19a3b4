"""Ids of jobs may be text. No row is written anew, however many there are.

A number stays as it is stored. A text is stored as a negative number, which no id was before,
and that number with its text in a table of its own: dashboard.models.job_ids.
"""

from __future__ import annotations

from django.db import migrations, models

from dashboard.models.job_ids import JobIdField

_COLUMNS = (
    ("jobrecord", "id", JobIdField(primary_key=True, serialize=False)),
    ("jobrecord", "pid", JobIdField(default=0)),
    ("jobrecord", "pgrp", JobIdField()),
    ("progressrecord", "job_id", JobIdField()),
    ("timerrecord", "job_id", JobIdField()),
    ("eventrecord", "job_id", JobIdField()),
    ("run", "job", JobIdField(null=True)),
)


class Migration(migrations.Migration):
    """A table; the columns stay what they are in the database."""

    dependencies = [("dashboard", "0018_backtests")]
    operations = [
        migrations.CreateModel(
            "TextId",
            [
                ("key", models.BigIntegerField(primary_key=True, serialize=False)),
                ("text", models.CharField(max_length=200)),
                ("used_on", models.DateField(db_index=True)),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(model, name, field)
                for model, name, field in _COLUMNS
            ]
        ),
    ]
