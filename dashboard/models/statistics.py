"""Statistics rolled up when a run ends, so that no page counts runs."""

from __future__ import annotations

from django.db import models

#: Upper bounds of the duration histogram's buckets, in seconds; one more bucket is open.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class RollUp(models.Model):
    """One callback and trigger in one hour: counts by end state, durations by bucket."""

    id = models.BigAutoField(primary_key=True)
    directory = models.CharField(max_length=1000)
    file = models.CharField(max_length=255)
    trigger = models.TextField()
    trigger_key = models.CharField(max_length=200)
    #: The full hour, UTC.
    hour = models.DateTimeField()
    succeeded = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    timed_out = models.PositiveIntegerField(default=0)
    crashed = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    #: Counts by bucket of BUCKETS, and one more.
    durations = models.JSONField(default=list)
    #: Sum of the durations in seconds.
    seconds = models.FloatField(default=0)
    #: Suppressed runs by qubecb.why.causes.Code of what kept them back; null: none, or from before it was kept.
    kept_back = models.JSONField(null=True)

    class Meta:
        """One row an hour and mapping."""

        constraints = (
            models.UniqueConstraint(
                fields=["directory", "file", "trigger_key", "hour"],
                name="one_roll_up",
            ),
        )
        indexes = (
            models.Index(fields=["hour"], name="roll_up_hour"),
            models.Index(fields=["trigger_key", "hour"], name="roll_up_trigger"),
        )

    def __str__(self) -> str:
        return f"{self.file} in the hour of {self.hour:%Y-%m-%d %H}"
