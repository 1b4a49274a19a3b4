"""Runs, their output, and the scripts as they were."""

from __future__ import annotations

from django.db import models

from dashboard.models.job_ids import JobIdField
from qubecb.runner.outcome import RunState

#: How a run that went wrong, or was kept back, was settled.
MADE_GOOD, DISMISSED, BEFORE_UPGRADE = "made-good", "dismissed", "before-upgrade"

#: Columns of a run that may be long: lists do not show them, and must not read them.
LARGE = ("job_then", "traceback", "notes", "actions", "satisfied_by")


class Run(models.Model):
    """One execution of a callback. Planned once, started at most once.

    What a new row has in each column, and what is read of it, is in dashboard.store.rows.runs.
    """

    #: Who fired it live, once it is read from the event.
    fired_by: str = ""

    id = models.BigAutoField(primary_key=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RunState]
    )
    #: A sentence: how it ended, or why it was not run.
    reason = models.CharField(max_length=500, blank=True)
    #: A simulation or a test fire.
    test = models.BooleanField(default=False)
    simulate = models.BooleanField(default=False)
    directory = models.CharField(max_length=1000)
    file = models.CharField(max_length=255)
    trigger = models.TextField()
    #: See dashboard.models.keys.
    trigger_key = models.CharField(max_length=200)
    #: No foreign keys below: history is pruned on its own.
    event = models.BigIntegerField()
    event_spec = models.CharField(max_length=1200)
    #: The attached job; null for a global time.
    job = JobIdField(null=True)
    job_name = models.CharField(max_length=1000, blank=True)
    user = models.CharField(max_length=200, blank=True)
    revision = models.BigIntegerField(null=True)
    depth = models.PositiveSmallIntegerField(default=0)
    #: The pause that kept it back; null also for what was kept back before pauses were kept.
    pause = models.BigIntegerField(null=True)
    #: Of an `&&` trigger: each event spec with the sequence of the event that satisfied it, its
    #: id, and when it was accepted (ISO 8601, UTC); null without `&&`, or from before it was kept.
    satisfied_by = models.JSONField(null=True)
    #: The run that this one replays, if any.
    replay_of = models.BigIntegerField(null=True)
    #: The first run of its chain of replays; null for that run itself.
    chain = models.BigIntegerField(null=True)
    #: Whether it is open, and if not, how it was settled: dashboard.store.runs.settling.
    open = models.BooleanField(default=False, db_default=False)
    settled = models.CharField(max_length=15, blank=True, default="", db_default="")
    #: Of what was made good the id of the run that did it, else the person's name.
    settled_by = models.CharField(max_length=150, blank=True, default="", db_default="")
    settled_reason = models.CharField(
        max_length=500, blank=True, default="", db_default=""
    )
    settled_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    exit = models.IntegerField(null=True)
    worker = models.CharField(max_length=100, blank=True)
    mode = models.CharField(max_length=10, blank=True)
    grandchildren = models.PositiveIntegerField(default=0)
    #: The sentence of a person who cancelled it; the worker carries it out.
    cancel_reason = models.CharField(max_length=300, blank=True)
    actions = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    traceback = models.JSONField(null=True)
    #: What failures of one kind have in common, for grouping.
    signature = models.CharField(max_length=200, blank=True)
    last_line = models.CharField(max_length=300, blank=True)
    script_sha256 = models.CharField(max_length=64, blank=True)
    #: The job as it was when the run was started.
    job_then = models.JSONField(null=True)

    class Meta:
        """Each filter of the runs page has an index that ends in the key, newest first."""

        indexes = (
            models.Index(
                fields=["directory", "file", "id"],
                name="run_waiting",
                condition=models.Q(state="queued"),
            ),
            models.Index(
                fields=["worker"],
                name="run_running",
                condition=models.Q(state="running"),
            ),
            models.Index(fields=["state", "-id"], name="run_state"),
            models.Index(fields=["file", "-id"], name="run_callback"),
            models.Index(fields=["trigger_key", "-id"], name="run_trigger"),
            models.Index(fields=["job", "-id"], name="run_job"),
            models.Index(fields=["user", "-id"], name="run_user"),
            models.Index(fields=["event"], name="run_event"),
            models.Index(fields=["job", "event"], name="run_job_event"),
            models.Index(fields=["event_spec", "-id"], name="run_spec"),
            models.Index(fields=["revision", "-id"], name="run_revision"),
            models.Index(fields=["test", "-id"], name="run_test"),
            models.Index(fields=["queued_at"], name="run_age"),
            models.Index(fields=["signature", "-id"], name="run_signature"),
            models.Index(
                fields=["-id", "directory", "file", "state"],
                name="run_open",
                condition=models.Q(open=True),
            ),
            models.Index(
                fields=["chain", "state"],
                name="run_chain",
                condition=models.Q(chain__isnull=False),
            ),
            models.Index(
                fields=["pause", "-id"],
                name="run_pause",
                condition=models.Q(pause__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"run {self.id} of {self.file}"


class RunOutput(models.Model):
    """What was kept of a run's output, apart so that lists never read it."""

    run = models.OneToOneField(Run, primary_key=True, on_delete=models.CASCADE)
    head = models.BinaryField()
    tail = models.BinaryField(default=b"")
    #: Bytes that the run wrote in all.
    total = models.BigIntegerField()

    def __str__(self) -> str:
        return f"output of run {self.run_id}"


class ScriptVersion(models.Model):
    """A script as it was when it ran."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()
    first_run_at = models.DateTimeField()
    #: To about a day: decides when it is pruned.
    last_run_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.sha256[:12]
