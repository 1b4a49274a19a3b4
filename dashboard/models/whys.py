"""Why one callback ran or did not run over a span of the past: computed apart."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.db.models import Q

from dashboard.models.questions import UNANSWERED, Question

#: The steps of the funnel that are counted in runs, each with what its runs have in common.
REACHED: Mapping[str, Q] = MappingProxyType(
    {
        "trigger-true": Q(),
        "kept-back": Q(state="suppressed"),
        "started": Q(started_at__isnull=False),
        "ended-well": Q(state="succeeded"),
    }
)


class WhyRecord(Question):
    """One callback, one span of the past, and what came out."""

    file = models.CharField(max_length=255)
    #: The last record before it, and its last record.
    after = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    #: The events of such a kind, and those of them about the right job: dashboard.store.past.sequences.
    of_kind = models.BinaryField(null=True)
    right_job = models.BinaryField(null=True)

    class Meta:
        """Found by what waits."""

        indexes = (
            models.Index(fields=["id"], name="why_open", condition=UNANSWERED),
            models.Index(fields=["created_at"], name="why_age"),
        )

    def __str__(self) -> str:
        return f"why {self.id} of {self.directory}/{self.file}"

    def runs(self, reached: str = "trigger-true") -> Q:
        """Select the runs of the callback that came so far, tests and replays left out."""
        return REACHED[reached] & Q(
            event__gt=self.after,
            event__lte=self.last,
            directory=self.directory,
            file=self.file,
            replay_of__isnull=True,
            test__in=[False],  # a bare boolean finds no index
        )
