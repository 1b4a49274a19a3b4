"""What the dispatcher judges with besides mappings and pauses is kept."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table, empty: what was before is not known."""

    dependencies = [("dashboard", "0012_directory_names")]
    operations = [
        migrations.CreateModel(
            "ConditionsRecord",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField()),
                ("found", models.BooleanField()),
                ("path", models.CharField(blank=True, max_length=4096)),
                ("flags", models.JSONField(default=list)),
                ("flags_text", models.CharField(blank=True, max_length=500)),
                ("flags_understood", models.BooleanField()),
                ("directories", models.JSONField(default=list)),
                ("binding", models.CharField(max_length=10)),
                ("attached_days", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="conditions_at")
                ]
            },
        ),
    ]
