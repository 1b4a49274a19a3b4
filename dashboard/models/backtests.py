"""What an edit of callbacks.conf would have done: computed apart, and kept with the revision."""

from __future__ import annotations

from django.db import models

from dashboard.models.questions import UNANSWERED, Question


class BacktestRecord(Question):
    """One edit, one span of the past, and what came out."""

    #: The edited callbacks.conf, and the revision that it was compared with.
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    revision = models.BigIntegerField(null=True)
    #: The revision that it became, once it was saved.
    saved_as = models.BigIntegerField(null=True)
    #: throughout, or new-jobs.
    mode = models.CharField(max_length=10)

    class Meta:
        """Found by what waits, and by the revision that it belongs to."""

        indexes = (
            models.Index(fields=["id"], name="backtest_open", condition=UNANSWERED),
            models.Index(
                fields=["saved_as"],
                name="backtest_saved",
                condition=models.Q(saved_as__isnull=False),
            ),
            models.Index(fields=["created_at"], name="backtest_age"),
        )

    def __str__(self) -> str:
        return f"backtest {self.id} of {self.directory}"
