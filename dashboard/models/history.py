"""What the past is judged by, besides revisions and pauses, and since when it is kept."""

from __future__ import annotations

from django.db import models

#: What was not kept from the first version on.
PAUSES, PROCESSES = "pauses", "processes"


class KeptSince(models.Model):
    """Nothing is known about the time before; something may have happened."""

    kind = models.CharField(max_length=20, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} since {self.since}"


def kept_since(kind: str) -> KeptSince | None:
    """Give since when a kind is kept; None: unknown."""
    return KeptSince.objects.filter(kind=kind).first()


class ConditionsRecord(models.Model):
    """What the dispatcher judges with besides mappings and pauses, from a time on.

    What was planned from `created_at` on and before that of the next one was judged with it.
    """

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField()
    #: Whether there was a qb.conf, and where; empty: nowhere.
    found = models.BooleanField()
    path = models.CharField(max_length=4096, blank=True)
    #: The languages, and whatever else callbacks can use, that were enabled.
    flags = models.JSONField(default=list)
    #: supervisor_language_flags as written, or Qube's default.
    flags_text = models.CharField(max_length=500, blank=True)
    flags_understood = models.BooleanField()
    #: The callback directories that were configured, in order.
    directories = models.JSONField(default=list)
    #: QUBECB_BINDING and QUBECB_ATTACHED_DAYS.
    binding = models.CharField(max_length=10)
    attached_days = models.PositiveIntegerField()

    class Meta:
        """Found by the time of planning."""

        indexes = (models.Index(fields=["created_at", "id"], name="conditions_at"),)

    def __str__(self) -> str:
        return f"conditions from {self.created_at} on"
