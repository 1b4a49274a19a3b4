"""A job's page finds the events for which callbacks of the job ran."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of runs."""

    dependencies = [("dashboard", "0016_event_kinds")]
    operations = [
        migrations.AddIndex(
            "run", models.Index(fields=["job", "event"], name="run_job_event")
        )
    ]
