"""What jobs are bound to: the revisions in force, and since when."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from dashboard.models import Binding as BindingRecord
from dashboard.models import EventRecord, InForceRecord, Revision
from dashboard.models.configuration import meaning_of
from dashboard.store.database import sql
from dashboard.store.database.locks import Key, take_turn
from dashboard.store.database.transactions import writing
from qubecb.dispatch.ports.configuration import Binding, BoundDirectory, InForce

NEWEST = (
    'SELECT binding_id, "after" FROM dashboard_inforcerecord ORDER BY id DESC LIMIT 1'
)
_AT = """
    SELECT binding_id FROM dashboard_inforcerecord
    WHERE "after" < %s ORDER BY id DESC LIMIT 1
"""
_OLDEST = "SELECT binding_id FROM dashboard_inforcerecord ORDER BY id LIMIT 1"


def in_force() -> InForce:
    """Give the configuration in force; an empty one if there was none yet."""
    found = sql.row(NEWEST)
    return InForce(*found) if found else _begun()


def _begun() -> InForce:
    """Put an empty configuration in force, unless another process puts one in force meanwhile."""
    with writing():
        take_turn(Key.REVISIONS)
        found = sql.row(NEWEST)
        return InForce(*found) if found else put_in_force(())


def put_in_force(revisions: Sequence[int]) -> InForce:
    """Put these revisions in force, one for each directory, in order.

    Call it in a write transaction. It changes nothing if they are in force already.
    """
    binding = _binding_of(revisions)
    found = sql.row(NEWEST)
    before = InForce(*found) if found else None
    if before and before.binding == binding:
        return before
    events = EventRecord.objects.order_by("-sequence")
    record = InForceRecord.objects.create(
        binding_id=binding,
        after=events.values_list("sequence", flat=True).first() or 0,
        created_at=timezone.now(),
    )
    return InForce(binding, record.after)


def binding_at(sequence: int) -> int:
    """Give the id of the binding in force when that event was accepted."""
    found = sql.value(_AT, [sequence])
    return int(found if found is not None else sql.value(_OLDEST))


def binding(binding_id: int) -> Binding:
    """Give a binding by its id, with the meaning of each of its revisions."""
    order: list[int] = BindingRecord.objects.get(pk=binding_id).revisions
    revisions = Revision.objects.defer("content").in_bulk(order)
    return Binding(binding_id, tuple(bound(revisions[each]) for each in order))


def bound(revision: Revision) -> BoundDirectory:
    """Give a revision as the dispatcher uses it."""
    return BoundDirectory(revision.directory, revision.pk, tuple(meaning_of(revision)))


def _binding_of(revisions: Sequence[int]) -> int:
    record, _ = BindingRecord.objects.get_or_create(
        key=",".join(map(str, revisions)),
        defaults={"revisions": list(revisions), "created_at": timezone.now()},
    )
    return int(record.pk)
