"""Questions about the past that another process answers: one row each, whatever is asked."""

from __future__ import annotations

from django.db import models

#: How far one is. STALE is never stored: it is what DONE is called once others saved.
WAITING, RUNNING, DONE, FAILED, STALE = "waiting", "running", "done", "failed", "stale"
#: Those for which there is something to do, to find them by an index.
UNANSWERED = models.Q(state__in=(WAITING, RUNNING))


class Question(models.Model):
    """What is asked about a span of the past of one callback directory, and the answer."""

    id = models.BigAutoField(primary_key=True)
    directory = models.CharField(max_length=1000)
    since = models.DateTimeField()
    #: Fixed when it was asked; newer events are not judged.
    until = models.DateTimeField()
    #: WAITING, RUNNING, DONE or FAILED.
    state = models.CharField(max_length=10)
    #: Why it failed, as a sentence.
    reason = models.CharField(max_length=500, blank=True)
    #: How much is done, from 0 to 1.
    progress = models.FloatField(default=0)
    #: As the API gives it.
    result = models.JSONField(null=True)
    author = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: When somebody last asked for the answer.
    asked_at = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True
