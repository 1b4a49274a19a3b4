"""Tokens of programs, what people did, and what they chose for themselves."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models


class Token(models.Model):
    """A bearer token: 256 random bits, of which only the SHA-256 is stored."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=100, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    #: intake, viewer, operator, editor or administrator.
    right = models.CharField(max_length=15)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One act of a person or a token: who, when, from where, what, to what."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    #: person, token, command line or nobody; empty: from before this was recorded.
    actor_kind = models.CharField(max_length=15, blank=True)
    #: The key of the person or token; no foreign key, because acts are kept longer.
    actor_id = models.BigIntegerField(null=True)
    #: An address, or `command line`.
    origin = models.CharField(max_length=100)
    #: A short stable verb: save, roll-back, fire, pause, resume, replay, cancel, token, user, …
    act = models.CharField(max_length=30)
    subject = models.CharField(max_length=500)
    details = models.JSONField(default=dict)

    class Meta:
        """Read newest first, by actor or by act."""

        indexes = (
            models.Index(fields=["act", "-id"], name="audit_act"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
        )

    def __str__(self) -> str:
        return f"{self.actor}: {self.act} {self.subject}"


class Preference(models.Model):
    """What a person chose for themselves; no row for people who chose nothing."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True)
    #: An IANA zone, such as Europe/Berlin; empty: that of the browser.
    zone = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.zone}"
