"""Since when is kept what the past is judged by."""

from __future__ import annotations

from django.db import models

#: What was not kept from the first version on.
PAUSES = "pauses"


class KeptSince(models.Model):
    """Of before this time nothing is known, which is not that nothing was."""

    kind = models.CharField(max_length=20, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} since {self.since}"


def kept_since(kind: str) -> KeptSince | None:
    """Give since when a kind is kept; None: not known, so nothing of it can be said."""
    return KeptSince.objects.filter(kind=kind).first()
