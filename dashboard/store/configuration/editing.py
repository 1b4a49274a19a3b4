"""What people do to a callbacks.conf: save it, roll it back, declare it empty on purpose.

A revision is recorded in the write transaction in which the file was read or replaced, so two
processes that see the same change record it once, and the watcher never mistakes our own save
for a change from outside. The newest revision of each directory is in force. Changes from
outside are found by `dashboard.store.configuration.observing`.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from dashboard.machine.waking import EVENTS, wake
from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.store.configuration import absences
from dashboard.store.configuration.observing import catalog, look, observe, observe_all
from dashboard.store.configuration.revisions import (
    current_revision,
    put_in_force,
    record_act,
    record_empty,
    take_turn,
)
from dashboard.store.configuration.site import directories, qb_conf
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from qubecb.conffile import storage
from qubecb.conffile.catalog import CONFIG_NAME
from qubecb.conffile.changes import changes, summary
from qubecb.errors import (
    AbsentConfiguration,
    ConfigurationError,
    ConflictingEdit,
    UnreadableFile,
)

__all__ = [
    "acknowledge_loss",
    "catalog",
    "current_revision",
    "declare_empty",
    "directories",
    "look",
    "observe",
    "observe_all",
    "qb_conf",
    "roll_back",
    "save",
]
#: The source of a revision, by the act that made it.
_SOURCES = {"save": "save", "roll-back": "rollback"}


@dataclass(frozen=True, slots=True)
class _Edit:
    """New bytes for a directory's callbacks.conf, and which ones they replace."""

    directory: Path
    new: bytes
    #: The SHA-256 of the bytes that were read before the edit.
    expected_sha256: str
    reason: str
    #: A person has confirmed that the callbacks.conf is absent.
    though_absent: bool

    @property
    def path(self) -> Path:
        return self.directory / CONFIG_NAME


def save(
    directory: Path,
    new: bytes,
    expected_sha256: str,
    by: By,
    reason: str,
    *,
    though_absent: bool = False,
) -> Revision:
    """Replace the bytes of a directory's callbacks.conf, and record who did it and why.

    Takes the SHA-256 of the bytes that were read before the edit. Raises ConflictingEdit, with
    the bytes of now, if the file has changed since; AbsentConfiguration if it is absent and the
    person has not confirmed that; ConfigurationError if it cannot be written, or if nothing may
    be edited here (QUBECB_READ_ONLY); StoreError. Then nothing is changed.
    """
    edit = _Edit(directory, new, expected_sha256, reason, though_absent)
    return _carry_out(edit, by, "save")


def roll_back(
    revision: Revision,
    by: By,
    reason: str,
    expected_sha256: str | None = None,
    *,
    though_absent: bool = False,
) -> Revision:
    """Save the bytes of an earlier revision again, as a new one.

    Takes the SHA-256 of what the person saw as current; None: of the newest revision. Raises
    as `save`.
    """
    directory = Path(revision.directory)
    if expected_sha256 is None:
        newest = current_revision(directory)
        expected_sha256 = newest.sha256 if newest else storage.digest(b"")
    content = bytes(revision.content)
    edit = _Edit(directory, content, expected_sha256, reason, though_absent)
    return _carry_out(edit, by, "roll-back", to=revision.pk)


def declare_empty(directory: Path, by: By, reason: str) -> Revision:
    """Decide that a directory whose callbacks.conf is absent maps nothing from now on.

    Raises ConfigurationError if the file is back: then nothing is changed.
    """
    with writing():
        take_turn()
        seen = look(directory)
        if seen.absence is None:
            path = directory / CONFIG_NAME
            raise ConfigurationError(f"{path} is back, so nothing was changed")
        revision = record_empty(directory, seen.found.data, by, reason)
        absences.settle(directory)
        put_in_force()
        details = {"revision": revision.pk, "reason": reason}
        what = _changes(seen.newest, revision)
        audit.record(
            by, "declare-empty", str(directory / CONFIG_NAME), changes=what, **details
        )
    wake(EVENTS)
    return revision


def acknowledge_loss(revision: Revision, by: By) -> None:
    """Confirm that the mappings which a revision lost are meant to be gone."""
    with writing():
        Revision.objects.filter(pk=revision.pk).update(loss_is_open=False)
        path = Path(revision.directory) / CONFIG_NAME
        lost = len(revision.lost_files)
        audit.record(
            by, "acknowledge-loss", str(path), revision=revision.pk, mappings=lost
        )


def _carry_out(edit: _Edit, by: By, act: str, **details: Any) -> Revision:
    """Record a revision and the act, and replace the file, in one transaction.

    1. Compare what is on disk with what was read.
    2. Write the revision and the audit entry, uncommitted: a full database fails here, before
       the file is touched.
    3. Replace the file, durably.
    4. Commit. If that fails, put the old bytes back.

    A crash before step 3 changes nothing. A crash between 3 and 4 leaves the new file without its
    revision: the next look at the directory records it as found on disk, so it is in force and
    can be rolled back like any other, only without who and why.
    """
    if settings.READ_ONLY:
        raise ConfigurationError("mappings cannot be changed here (QUBECB_READ_ONLY)")
    with ExitStack() as unless_committed:
        with writing():
            take_turn()
            expected = _as_it_was_read(edit)
            before = current_revision(edit.directory)
            revision = record_act(
                edit.directory, edit.new, _SOURCES[act], by, edit.reason
            )
            absences.settle(edit.directory)
            put_in_force()
            audit.record(
                by,
                act,
                str(edit.path),
                revision=revision.pk,
                reason=edit.reason,
                changes=_changes(before, revision),
                **details,
            )
            storage.save(edit.path, edit.new, expected)
            unless_committed.callback(_put_back, edit, expected)
        unless_committed.pop_all()
    wake(EVENTS)
    return revision


def _as_it_was_read(edit: _Edit) -> bytes:
    """The bytes on disk, which the edit replaces."""
    absence = look(edit.directory).absence
    if absence is not None and not edit.though_absent:
        raise AbsentConfiguration(f"{absence.sentence}; nothing was saved")
    found = _on_disk(edit.path)
    if storage.digest(found) != edit.expected_sha256:
        message = f"{edit.path} was changed by somebody else since it was read; nothing was saved"
        raise ConflictingEdit(found, message)
    return found


def _put_back(edit: _Edit, old: bytes) -> None:
    """Undo a save that could not be recorded, unless the file was changed since."""
    with suppress(ConfigurationError, ConflictingEdit):
        storage.save(edit.path, old, edit.new)


def _changes(before: Revision | None, after: Revision) -> str:
    """What a revision changes for the dispatcher, in words."""
    return summary(changes(meaning_of(before), meaning_of(after)), 1000)


def _on_disk(path: Path) -> bytes:
    try:
        return storage.read(path)
    except UnreadableFile as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return b""
        raise
