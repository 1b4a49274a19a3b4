"""One job: what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from dashboard.models import (
    Binding,
    InForceRecord,
    JobItem,
    JobRecord,
    ProgressRecord,
    Revision,
)
from dashboard.queries.large import large
from qubecb.jobs.ids import JobId, in_order

_GROUP = 50
#: Fields that are shown.
_FIELDS = 200


def get_job(identity: JobId) -> JobRecord | None:
    """Give one job without its other fields, or None."""
    return JobRecord.objects.filter(pk=identity).defer("fields").first()


@dataclass(frozen=True, slots=True)
class Bound:
    """The revisions that a job's callbacks come from, one a directory."""

    revisions: list[Revision]
    #: Whether they are those in force now.
    current: bool


def bound_to(job: JobRecord) -> Bound:
    """Give what a job is bound to; nothing for one that was never submitted here."""
    newest = InForceRecord.objects.order_by("-id").values_list("binding", flat=True)
    binding = Binding.objects.filter(pk=job.binding_id or 0).first()
    if binding is None:
        return Bound([], False)
    known = Revision.objects.only("directory", "number").in_bulk(binding.revisions)
    found = [known[each] for each in binding.revisions if each in known]
    return Bound(found, newest.first() == binding.pk)


def group_of(job: JobRecord) -> list[JobRecord]:
    """The jobs of the same process group, itself included, by id."""
    found = JobRecord.objects.filter(pgrp=job.pgrp).defer("fields")
    first = found.order_by("since", "pk")[:_GROUP]
    return sorted(first, key=lambda each: in_order(each.id))


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a job that have no column of their own, as far as they are shown."""

    #: Name and value; none where they are too long to be taken apart.
    pairs: list[tuple[str, Any]]
    more: int = 0
    #: Their beginning as JSON, where they are too long.
    text: str = ""


def fields_of(job: JobRecord) -> Fields:
    """Read what a job's page shows of its fields."""
    found = large(JobRecord, job.pk, "fields")
    if found is None or not found.whole:
        return Fields([], text=found.readable if found else "")
    pairs = list(found.values.items())
    return Fields(pairs[:_FIELDS], max(0, len(pairs) - _FIELDS))


def item_counts(job: JobRecord) -> list[tuple[str, str, int]]:
    """How many items and instances are in which status: kind, status, count."""
    found = JobItem.objects.filter(job=job).order_by("kind", "status")
    return list(found.values_list("kind", "status").annotate(count=Count("id")))


def progress_of(job: JobRecord) -> list[ProgressRecord]:
    """What `&&` triggers remember of the job."""
    return list(ProgressRecord.objects.filter(job_id=job.pk).order_by("file")[:100])
