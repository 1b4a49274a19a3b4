"""Callback directories have names."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    """A table, empty: names are given when the list of directories is read first."""

    dependencies = [("dashboard", "0011_pauses")]

    operations = [
        migrations.CreateModel(
            name="DirectoryName",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("path", models.CharField(max_length=1000, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("position", models.PositiveIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(Lower("name"), name="one_directory_a_name")
                ],
            },
        ),
    ]
