"""The groups that give people their rights."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GROUPS = ("viewer", "operator", "editor", "administrator")


def make(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the groups that do not exist yet."""
    group = apps.get_model("auth", "Group")
    for name in GROUPS:
        group.objects.using(editor.connection.alias).get_or_create(name=name)


class Migration(migrations.Migration):
    """Four groups; taking the migration back leaves them."""

    dependencies = [
        ("dashboard", "0001_start"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
