"""Pauses as intervals: those that hold now, and those of the past."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, models

#: Which pauses are in force; takes the present time. Every query uses this.
HOLDS = "(pause.ended_at IS NULL AND (pause.until IS NULL OR pause.until > %s))"
_STANDING = f"SELECT * FROM dashboard_pauserecord AS pause WHERE {HOLDS} ORDER BY id"  # noqa: S608 (constants)
#: How a pause ended: resumed, replaced by a new pause, or by its own time.
RESUMED, REPLACED, TIME = "resumed", "replaced", "time"


class PauseRecord(models.Model):
    """A pause of a callback, a directory or everything: from when until when.

    What was planned from `created_at` on and before its end was judged with it.
    """

    id = models.BigAutoField(primary_key=True)
    #: Empty: every directory.
    directory = models.CharField(max_length=1000, blank=True)
    #: Empty: every callback of the directory.
    file = models.CharField(max_length=255, blank=True)
    reason = models.CharField(max_length=500)
    author = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    #: When it ends by itself; null: not before somebody resumes it.
    until = models.DateTimeField(null=True)
    #: Null: nothing but the time in `until` has ended it.
    ended_at = models.DateTimeField(null=True)
    #: Who resumed or replaced it; empty where its time came.
    ended_by = models.CharField(max_length=150, blank=True)
    #: RESUMED, REPLACED or TIME; empty while nothing has ended it.
    ending = models.CharField(max_length=10, blank=True)

    class Meta:
        """One open pause a target."""

        constraints = (
            models.UniqueConstraint(
                fields=["directory", "file"],
                name="one_open_pause",
                condition=models.Q(ended_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"pause of {self.file or self.directory or 'everything'}"

    @property
    def end(self) -> datetime | None:
        """When it ended or will end; None: not known yet."""
        return self.ended_at or self.until


def standing_pauses(now: datetime) -> list[PauseRecord]:
    """Give the pauses that hold, with who and since when, for pages."""
    moment = connection.ops.adapt_datetimefield_value(now)
    return list(PauseRecord.objects.raw(_STANDING, [moment]))
