"""How many events of each kind came in each hour; and why runs were kept back, by callback and hour.

What came before is counted a day a transaction. A day that was counted is counted anew, so what
is killed on the way can begin again. What waits to be planned is counted by the dispatcher.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.apps.registry import Apps
from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper

#: What one transaction counts.
PORTION = timedelta(days=1)
#: SQLite has moments as text, and sequences are in the order of acceptance but for a moment.
_HOURS = {
    "sqlite": "SUBSTR(accepted_at, 1, 13) || ':00:00'",
    "postgresql": "DATE_TRUNC('hour', accepted_at, 'UTC')",
}
_COUNT = """
    INSERT INTO dashboard_eventkind (name, type, hour, count, last, last_at)
    SELECT name, type, {hour}, COUNT(*), MAX(sequence), MAX(accepted_at)
    FROM dashboard_eventrecord
    WHERE accepted_at >= %s AND accepted_at < %s AND name <> '' AND NOT test
    AND (planned_at IS NOT NULL OR set_aside_version IS NOT NULL)
    GROUP BY 1, 2, 3
"""
_FORGET = "DELETE FROM dashboard_eventkind WHERE hour >= %s AND hour < %s"
_NEXT = "SELECT MIN(accepted_at) FROM dashboard_eventrecord WHERE accepted_at >= %s"


def count(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Count what came before, day by day."""
    connection = editor.connection
    statement = _COUNT.format(hour=_HOURS[connection.vendor])
    with connection.cursor() as cursor:
        for first in _days(cursor):
            moment = connection.ops.adapt_datetimefield_value
            span = [moment(first), moment(first + PORTION)]
            with transaction.atomic(connection.alias):
                cursor.execute(_FORGET, span)
                cursor.execute(statement, span)


def _days(cursor: CursorWrapper) -> Iterator[datetime]:
    """The beginnings of the days in which anything came."""
    day = datetime(1970, 1, 1, tzinfo=UTC)
    while True:
        cursor.execute(_NEXT, [cursor.db.ops.adapt_datetimefield_value(day)])
        (found,) = cursor.fetchone()
        if found is None:
            return
        at = datetime.fromisoformat(found) if isinstance(found, str) else found
        day = at.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
        yield day
        day += PORTION


class Migration(migrations.Migration):
    """Not one transaction; what was done is done again the same."""

    atomic = False
    dependencies = [("dashboard", "0015_satisfied_by")]
    operations = [
        migrations.CreateModel(
            "EventKind",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("type", models.CharField(max_length=20)),
                ("hour", models.DateTimeField()),
                ("count", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["hour"], name="kind_hour")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["name", "type", "hour"], name="one_kind_an_hour"
                    )
                ],
            },
        ),
        migrations.AddField("rollup", "kept_back", models.JSONField(null=True)),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
