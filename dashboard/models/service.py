"""What the service says of itself."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One part of the service that is alive: a dispatcher, worker or watcher of a process."""

    #: `host:pid:start`, the same for all parts of one process.
    name = models.CharField(max_length=100, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    #: What it has to say: slots, mode of the Python host, why it fell back, …
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class SpoolProblem(models.Model):
    """A file of the spool that was no event."""

    id = models.BigAutoField(primary_key=True)
    file = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file
