"""What an edit of callbacks.conf would have done: computed apart, and kept with the revision."""

from __future__ import annotations

from django.db import models

#: How far one is. STALE is never stored: it is what DONE is called once others saved.
WAITING, RUNNING, DONE, FAILED, STALE = "waiting", "running", "done", "failed", "stale"


class BacktestRecord(models.Model):
    """One edit, one stretch of the past, and what came out."""

    id = models.BigAutoField(primary_key=True)
    directory = models.CharField(max_length=1000)
    #: The edited callbacks.conf, and the revision that it was compared with.
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    revision = models.BigIntegerField(null=True)
    #: The revision that it became, once it was saved.
    saved_as = models.BigIntegerField(null=True)
    since = models.DateTimeField()
    #: Fixed when it was asked for; newer events are only counted.
    until = models.DateTimeField()
    #: throughout, or new-jobs.
    mode = models.CharField(max_length=10)
    #: WAITING, RUNNING, DONE or FAILED.
    state = models.CharField(max_length=10)
    #: Why it failed, as a sentence.
    reason = models.CharField(max_length=500, blank=True)
    #: How much is done, from 0 to 1.
    progress = models.FloatField(default=0)
    #: As `GET /api/backtests/ID` gives it.
    result = models.JSONField(null=True)
    author = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: When somebody last asked for it.
    asked_at = models.DateTimeField()

    class Meta:
        """Found by what waits, and by the revision that it belongs to."""

        indexes = (
            models.Index(
                fields=["id"],
                name="backtest_open",
                condition=models.Q(state__in=("waiting", "running")),
            ),
            models.Index(
                fields=["saved_as"],
                name="backtest_saved",
                condition=models.Q(saved_as__isnull=False),
            ),
            models.Index(fields=["created_at"], name="backtest_age"),
        )

    def __str__(self) -> str:
        return f"backtest {self.id} of {self.directory}"
