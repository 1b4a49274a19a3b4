"""Recorded revisions: the newest of each directory is in force."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone

from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.store.configuration import bindings
from dashboard.store.configuration.site import directories
from dashboard.store.database import locks
from dashboard.store.people.audit import By
from qubecb.conffile.absence import lost_files
from qubecb.conffile.catalog import CONFIG_NAME
from qubecb.conffile.document import Document, shown
from qubecb.conffile.meaning import EffectiveMapping, meaning
from qubecb.conffile.storage import digest


def current_revision(directory: Path) -> Revision | None:
    """Give the newest revision of a directory, or None when none was recorded yet."""
    return Revision.objects.filter(directory=str(directory)).order_by("-id").first()


def take_turn() -> None:
    """Wait until nobody else records a revision. Call it in a write transaction."""
    locks.take_turn(locks.Key.REVISIONS)


def put_in_force() -> None:
    """Put the newest revision of each directory in force. Call it in a write transaction."""
    newest = [current_revision(directory) for directory in directories()]
    bindings.put_in_force([revision.pk for revision in newest if revision])


def record_found(directory: Path, data: bytes) -> Revision:
    """Record what was found on disk, with the files that have lost their mapping if they are most."""
    before = meaning_of(current_revision(directory))
    after = _meaning(directory, data, before)
    lost = lost_files(before, after)
    return _record(directory, data, after, "disk", lost=lost)


def record_act(
    directory: Path, data: bytes, source: str, by: By, reason: str
) -> Revision:
    """Record what a person puts in force."""
    before = meaning_of(current_revision(directory))
    after = _meaning(directory, data, before)
    return _record(directory, data, after, source, author=by.name[:150], reason=reason)


def record_empty(directory: Path, data: bytes, by: By, reason: str) -> Revision:
    """Record that a directory maps nothing, whatever the bytes of its callbacks.conf are."""
    return _record(directory, data, (), "empty", author=by.name[:150], reason=reason)


def _meaning(
    directory: Path, data: bytes, before: Sequence[EffectiveMapping]
) -> Sequence[EffectiveMapping]:
    return meaning(Document.from_bytes(data, directory / CONFIG_NAME), before)


def _record(
    directory: Path,
    data: bytes,
    means: Sequence[EffectiveMapping],
    source: str,
    author: str = "",
    reason: str = "",
    lost: Sequence[str] = (),
) -> Revision:
    newest = current_revision(directory)
    return Revision.objects.create(
        directory=str(directory),
        number=newest.number + 1 if newest else 1,
        content=data,
        sha256=digest(data),
        meaning=[each.as_dict() for each in means],
        source=source,
        author=author,
        reason=reason[:500],
        lost_files=[shown(file) for file in lost],
        loss_is_open=bool(lost),
        created_at=timezone.now(),
    )
