"""Revisions of callbacks.conf, and what jobs are bound to."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from qubecb.conffile.meaning import EffectiveMapping


class Revision(models.Model):
    """The exact bytes of one directory's callbacks.conf at one moment: who, when and why."""

    id = models.BigAutoField(primary_key=True)
    directory = models.CharField(max_length=1000)
    #: From 1 within its directory: what pages call it.
    number = models.PositiveIntegerField(default=0)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    #: What the dispatcher uses: EffectiveMapping.as_dict() of each mapping.
    meaning = models.JSONField(default=list)
    #: disk (found), save, rollback, or empty (a person declared it empty).
    source = models.CharField(max_length=10)
    author = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    #: The files that are no longer mapped, if more than half were lost without a save here.
    lost_files = models.JSONField(default=list)
    #: Whether this loss is reported until a person acknowledges it.
    loss_is_open = models.BooleanField(default=False)

    class Meta:
        """The newest of a directory is the one in force."""

        indexes = (models.Index(fields=["directory", "-id"], name="revision_newest"),)

    def __str__(self) -> str:
        return f"revision {self.number} of {self.directory}"


def meaning_of(revision: Revision | None) -> list[EffectiveMapping]:
    """What the dispatcher uses of a revision; nothing for none."""
    found = revision.meaning if revision else []
    return [EffectiveMapping.from_dict(each) for each in found]


class DirectoryName(models.Model):
    """A callback directory's name in addresses and in the API; it never changes."""

    id = models.BigAutoField(primary_key=True)
    path = models.CharField(max_length=1000, unique=True)
    name = models.CharField(max_length=100)
    #: Its number in addresses before there were names, from 0; null for later ones.
    position = models.PositiveIntegerField(null=True)

    class Meta:
        """No two names differ only in upper and lower case."""

        constraints = (
            models.UniqueConstraint(Lower("name"), name="one_directory_a_name"),
        )

    def __str__(self) -> str:
        return f"{self.name} for {self.path}"

    @classmethod
    def given(cls) -> dict[str, str]:
        """Every name by its directory's path, also of those that are configured no longer."""
        return dict(cls.objects.values_list("path", "name"))


class AbsenceRecord(models.Model):
    """A directory whose callbacks.conf is not followed: missing, unreadable, or emptied.

    Its newest revision stays in force until the file is back or a person has decided.
    """

    directory = models.CharField(max_length=1000, primary_key=True)
    #: directory, missing, unreadable, undecodable or emptied.
    kind = models.CharField(max_length=20)
    sentence = models.CharField(max_length=1000)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.sentence


class Binding(models.Model):
    """The revisions, one a directory in order, that jobs' callbacks come from."""

    id = models.BigAutoField(primary_key=True)
    #: Revision ids in the order of the directories.
    revisions = models.JSONField()
    #: The same as text, to find it again: "3,7".
    key = models.CharField(max_length=500, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"binding {self.id} ({self.key})"


class InForceRecord(models.Model):
    """A binding came in force: for the events accepted after `after`. The newest counts."""

    id = models.BigAutoField(primary_key=True)
    binding = models.ForeignKey(Binding, on_delete=models.PROTECT)
    #: The highest sequence accepted before; 0 for none.
    after = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        """Found by the sequence of an event."""

        indexes = (models.Index(fields=["after", "id"], name="in_force_after"),)

    def __str__(self) -> str:
        return f"binding {self.binding_id} after event {self.after}"
