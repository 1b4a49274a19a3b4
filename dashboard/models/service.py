"""What the service reports about itself."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One part of the service that is alive: a dispatcher, worker or watcher of a process."""

    #: `host:pid:start:random`, the same for all parts of one process.
    name = models.CharField(max_length=100, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    #: Details: slots, mode of the Python host, why it fell back, …
    details = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class ProcessSpan(models.Model):
    """A stretch of time in which a process gave signs of life, with its version.

    One that was silent for longer than dashboard.store.processes.spans.PATIENCE begins a new one. Where
    nothing ended it and no sign came since `last_at`, it was killed, cut off or held up then.
    """

    id = models.BigAutoField(primary_key=True)
    #: `host:pid:start:random`; no other process ever has it.
    process = models.CharField(max_length=100)
    #: web or work.
    kind = models.CharField(max_length=10)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    version = models.CharField(max_length=50)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    #: When it reported its end; null: it never did.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Found, and forgotten, by the last sign."""

        indexes = (models.Index(fields=["last_at"], name="span_last"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.process} from {self.started_at} to {self.last_at}"


class SpoolProblem(models.Model):
    """A spool file that was not an event."""

    id = models.BigAutoField(primary_key=True)
    file = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.file
