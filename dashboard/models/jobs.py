"""Jobs as the embedded farm knows them, and what is remembered for each."""

from __future__ import annotations

from django.db import models

from dashboard.models.job_ids import JobIdField
from qubecb.jobs.ids import JobId


class JobRecord(models.Model):
    """One job, kept from its events and from actions. The key is the farm's job id."""

    id = JobIdField(primary_key=True)
    name = models.CharField(max_length=1000, blank=True)
    pid = JobIdField(default=0)
    pgrp = JobIdField()
    label = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=100, blank=True)
    user = models.CharField(max_length=200, blank=True)
    #: Every other field, by Qube's name for it.
    fields = models.JSONField(default=dict)
    binding = models.ForeignKey("Binding", null=True, on_delete=models.PROTECT)
    #: The sequence of the event with which it was first seen, or submitted again.
    since = models.BigIntegerField()
    first_seen = models.DateTimeField()
    last_event = models.DateTimeField()
    removed = models.BooleanField(default=False)

    class Meta:
        """Found by parent, by process group and label, and by binding while attached."""

        indexes = (
            models.Index(fields=["pid"], name="job_parent"),
            models.Index(fields=["pgrp", "label"], name="job_group"),
            models.Index(fields=["binding", "last_event"], name="job_binding"),
            models.Index(fields=["last_event"], name="job_age"),
            models.Index(fields=["user"], name="job_user"),
        )

    def __str__(self) -> str:
        return f"job {self.id}"

    @property
    def parent(self) -> JobId | None:
        """The id of its parent, if it has one."""
        return None if self.pid in (0, 1) else self.pid


class JobItem(models.Model):
    """An agenda item (`work`, by name) or an instance (`subjob`, by number) of a job."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(JobRecord, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=1000)
    status = models.CharField(max_length=100, blank=True)
    fields = models.JSONField(default=dict)

    class Meta:
        """One row a name and kind."""

        constraints = (
            models.UniqueConstraint(
                fields=["job", "kind", "name"], name="one_item_a_name"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name} of job {self.job_id}"


class ProgressRecord(models.Model):
    """The event specs of an `&&` trigger that a job has already satisfied."""

    id = models.BigAutoField(primary_key=True)
    job_id = JobIdField()
    directory = models.CharField(max_length=1000)
    file = models.CharField(max_length=255)
    trigger = models.TextField()
    #: See dashboard.models.keys.
    trigger_key = models.CharField(max_length=200)
    #: The sequence of the event that satisfied a spec first, by spec; null: nobody knows.
    satisfied = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        """One memory per job and mapping."""

        constraints = (
            models.UniqueConstraint(
                fields=["job_id", "directory", "file", "trigger_key"],
                name="one_memory",
            ),
        )
        indexes = (models.Index(fields=["changed_at"], name="progress_age"),)

    def __str__(self) -> str:
        return f"progress of job {self.job_id} towards {self.trigger}"


class TimerRecord(models.Model):
    """A moment or interval to come, for a job; for globals, for a mapping, with job 0."""

    id = models.BigAutoField(primary_key=True)
    job_id = JobIdField()
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=20)
    extra = models.CharField(max_length=1000)
    directory = models.CharField(max_length=1000, blank=True)
    file = models.CharField(max_length=255, blank=True)
    trigger = models.TextField(blank=True)
    #: See dashboard.models.keys.
    trigger_key = models.CharField(max_length=200, blank=True)
    #: Unix seconds; null once it will never be due again.
    due = models.FloatField(null=True)
    interval = models.BigIntegerField(null=True)

    class Meta:
        """One timer a key, fired or not."""

        constraints = (
            models.UniqueConstraint(
                fields=[
                    "job_id",
                    "name",
                    "type",
                    "extra",
                    "directory",
                    "file",
                    "trigger_key",
                ],
                name="one_timer",
            ),
        )
        indexes = (
            models.Index(
                fields=["due"], name="timer_due", condition=models.Q(due__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}-{self.type}-{self.extra} of job {self.job_id}"
