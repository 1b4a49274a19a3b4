"""What is absent of the configuration, and revisions that lost most of their mappings."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A small table, and two columns of another small one."""

    dependencies = (("dashboard", "0002_groups"),)
    operations = (
        migrations.CreateModel(
            name="AbsenceRecord",
            fields=[
                (
                    "directory",
                    models.CharField(
                        max_length=1000, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("sentence", models.CharField(max_length=1000)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.AddField("revision", "loss_is_open", models.BooleanField(default=False)),
        migrations.AddField(
            "revision", "lost_files", models.JSONField(default=list)
        ),
    )
