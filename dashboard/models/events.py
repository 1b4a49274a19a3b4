"""Records, in the order of their acceptance: events, and what verbs did to jobs."""

from __future__ import annotations

from django.db import models

from dashboard.models.job_ids import JobIdField

#: Where events come from: sources, test fires, people, actions of callbacks, and time.
SOURCES = ("api", "spool", "emit", "fire", "simulate", "farm", "timer")


#: Records that the dispatcher has to plan.
WAITING = models.Q(planned_at__isnull=True, set_aside_at__isnull=True)
#: Those that it could not judge.
SET_ASIDE = models.Q(set_aside_at__isnull=False)


class Events(models.Manager["EventRecord"]):
    """The records that are events; a change that means none has no name.

    Such a change is among them only while it is set aside, for then somebody has to see it.
    """

    def get_queryset(self) -> models.QuerySet[EventRecord]:
        """Leave out the others."""
        return super().get_queryset().exclude(name="", set_aside_at__isnull=True)


class EventRecord(models.Model):
    """One accepted record. `sequence` decides what was before what.

    What a new row has in each column, and what is read of it, is in dashboard.store.rows.events.
    """

    sequence = models.BigAutoField(primary_key=True)
    #: The source's id, or ours; the same id twice is accepted once.
    event_id = models.CharField(max_length=200, unique=True)
    #: Empty, as the type is, for a change that means no event of Qube: `retry`, `shove`, …
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=20)
    #: Instance id, item name, host name or time; empty for the type `job`.
    extra = models.CharField(max_length=1000, blank=True)
    #: The time that the source sent; only shown.
    time = models.DateTimeField()
    job_id = JobIdField()
    #: The job as it was sent; of a change by a verb, the id and what it changes.
    job = models.JSONField(default=dict)
    #: What a verb does to the job (qubecb.jobs.acts); null for an event that a source sent.
    change = models.JSONField(null=True)
    accepted_at = models.DateTimeField()
    #: One of SOURCES.
    source = models.CharField(max_length=10)
    #: Who: a token's name, a person's name, or empty.
    actor = models.CharField(max_length=150, blank=True)
    depth = models.PositiveSmallIntegerField(default=0)
    test = models.BooleanField(default=False)
    #: Meant for one mapping only (a live test fire, a global time), or empty.
    only_directory = models.CharField(max_length=1000, blank=True)
    only_file = models.CharField(max_length=255, blank=True)
    #: The run whose action caused it; no foreign key, so that pruning is cheap.
    caused_by = models.BigIntegerField(null=True)
    planned_at = models.DateTimeField(null=True)
    #: Since when it is set aside because it cannot be judged; `remark` says why.
    set_aside_at = models.DateTimeField(null=True)
    #: The version that set it aside; kept when it is planned again.
    set_aside_version = models.CharField(max_length=50, null=True)  # noqa: DJ001
    #: Runs that it caused, suppressed ones included.
    runs_count = models.PositiveIntegerField(default=0)
    #: What a person should know: attached to more than 1,000 jobs, …
    remark = models.CharField(max_length=500, blank=True)

    objects = models.Manager["EventRecord"]()
    events = Events()

    class Meta:
        """Pages read by sequence, descending; the dispatcher reads what waits."""

        indexes = (
            models.Index(
                fields=["sequence", "job_id"],
                name="event_waiting",
                condition=WAITING,
            ),
            models.Index(
                fields=["sequence"],
                name="event_set_aside",
                condition=SET_ASIDE,
            ),
            models.Index(
                fields=["job_id", "type", "extra", "sequence"], name="event_subject"
            ),
            # a list by name is read by the one, the newest of a name and type by the other
            models.Index(fields=["name", "sequence"], name="event_name"),
            models.Index(fields=["name", "type", "sequence"], name="event_kind"),
            models.Index(fields=["accepted_at"], name="event_age"),
        )

    def __str__(self) -> str:
        return f"{self.spec} of job {self.job_id}"

    @property
    def waits(self) -> bool:
        """Whether the dispatcher has yet to plan it."""
        return self.planned_at is None and self.set_aside_at is None

    @property
    def spec(self) -> str:
        """Name, type and extra as people write them: `failed-work-7`; else the verb."""
        if not self.name and self.change:
            return str(self.change["verb"])
        return "-".join(part for part in (self.name, self.type, self.extra) if part)
