"""Revisions of callbacks.conf: found on disk, saved here, rolled back.

A revision is recorded in the write transaction in which the file was read or replaced, so
that two processes that see the same change record it once, and the watcher never takes a
save of ours for somebody else's. The newest revision of each directory is in force.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from dashboard.models import Revision
from dashboard.store import audit, bindings, sql
from dashboard.store.audit import By
from dashboard.store.site import catalog, directories, qb_conf
from dashboard.store.transactions import writing
from dashboard.store.waking import EVENTS, knock
from qubecb.conffile import storage
from qubecb.conffile.catalog import CONFIG_NAME, load_directory
from qubecb.conffile.changes import changes, summary
from qubecb.conffile.document import Document
from qubecb.conffile.meaning import EffectiveMapping, meaning
from qubecb.errors import ConfigurationError, ConflictingEdit, UnreadableFile

__all__ = [
    "catalog",
    "current_revision",
    "directories",
    "observe",
    "observe_all",
    "qb_conf",
    "roll_back",
    "save",
]
#: PostgreSQL's advisory lock of everybody who records a revision.
_REVISIONS = 7_823_002
#: What a revision is said to come from, by the act that made it.
_SOURCES = {"save": "save", "roll-back": "rollback"}
#: What is wrong with a directory without making its last revision void: it may come back.
_PASSING = ("directory", "config", "too-large")


def current_revision(directory: Path) -> Revision | None:
    """Give the newest revision of a directory, or None when none was recorded yet."""
    return Revision.objects.filter(directory=str(directory)).order_by("-id").first()


def observe(directory: Path) -> Revision | None:
    """Record what is on disk as a revision, if it is not the newest already.

    Gives the newest revision. A directory or a file that cannot be read leaves the last
    revision in force; a callbacks.conf that is not there counts as empty.
    """
    newest = current_revision(directory)
    found = load_directory(directory)
    if found.trouble in _PASSING or (newest and found.revision == newest.sha256):
        return newest
    with writing():
        _take_turn()
        found = load_directory(directory)
        newest = current_revision(directory)
        if found.trouble in _PASSING or (newest and found.revision == newest.sha256):
            return newest
        revision = _record(directory, found.data, "disk", None, "")
        put_in_force()
    knock(EVENTS)
    return revision


def observe_all() -> list[Revision]:
    """Observe every callback directory, and put in force what is there."""
    found = [observe(directory) for directory in directories()]
    with writing():
        _take_turn()
        put_in_force()
    return [revision for revision in found if revision is not None]


def put_in_force() -> None:
    """Let the newest revision of each directory count. To be called in a transaction."""
    newest = [current_revision(directory) for directory in directories()]
    bindings.put_in_force([revision.pk for revision in newest if revision])


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is to stand in a directory's callbacks.conf, and over what."""

    directory: Path
    new: bytes
    #: The SHA-256 of the bytes that were read before the edit.
    expected_sha256: str
    reason: str

    @property
    def path(self) -> Path:
        """The file."""
        return self.directory / CONFIG_NAME


def save(
    directory: Path, new: bytes, expected_sha256: str, by: By, reason: str
) -> Revision:
    """Put new bytes in the place of a directory's callbacks.conf, and record who and why.

    Takes the SHA-256 of the bytes that were read before the edit. Raises ConflictingEdit
    with what is there now, when it is something else; ConfigurationError when it cannot be
    written, or not here (QUBECB_READ_ONLY); StoreError. Then nothing is changed.
    """
    return _carry_out(_Edit(directory, new, expected_sha256, reason), by, "save")


def roll_back(
    revision: Revision, by: By, reason: str, expected_sha256: str | None = None
) -> Revision:
    """Save the bytes of an earlier revision again, as a new one.

    Takes what the person saw as current; None: the newest revision. Raises as `save`.
    """
    directory = Path(revision.directory)
    if expected_sha256 is None:
        newest = current_revision(directory)
        expected_sha256 = newest.sha256 if newest else storage.digest(b"")
    edit = _Edit(directory, bytes(revision.content), expected_sha256, reason)
    return _carry_out(edit, by, "roll-back", to=revision.pk)


def _carry_out(edit: _Edit, by: By, act: str, **details: Any) -> Revision:
    """Record a revision and the act, and replace the file, in one transaction.

    1. Compare what is on disk with what was read.
    2. Write the revision and the audit entry, not yet for others to see: a database that
       takes no more says so here, before the file is touched.
    3. Replace the file, durably.
    4. Commit. If that is refused, the old bytes go back.

    A crash before step 3 leaves nothing. One between 3 and 4 leaves the new file alone: the
    next look at the directory records it as found on disk, so that it is in force and can be
    rolled back like any other, only without who and why.
    """
    if settings.READ_ONLY:
        raise ConfigurationError("mappings cannot be changed here (QUBECB_READ_ONLY)")
    with ExitStack() as unless_committed:
        with writing():
            _take_turn()
            expected = _as_it_was_read(edit)
            before = current_revision(edit.directory)
            revision = _record(edit.directory, edit.new, _SOURCES[act], by, edit.reason)
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
    knock(EVENTS)
    return revision


def _as_it_was_read(edit: _Edit) -> bytes:
    found = _on_disk(edit.path)
    if storage.digest(found) != edit.expected_sha256:
        message = f"{edit.path} was changed by somebody else since it was read; nothing was saved"
        raise ConflictingEdit(found, message)
    return found


def _put_back(edit: _Edit, old: bytes) -> None:
    """Undo a save that could not be recorded, unless somebody has changed it since."""
    with suppress(ConfigurationError, ConflictingEdit):
        storage.save(edit.path, old, edit.new)


def _changes(before: Revision | None, after: Revision) -> str:
    """What a revision changes for the dispatcher, in words."""
    return summary(changes(_meaning_of(before), _meaning_of(after)), 1000)


def _meaning_of(revision: Revision | None) -> list[EffectiveMapping]:
    found = revision.meaning if revision else []
    return [EffectiveMapping.from_dict(each) for each in found]


def _take_turn() -> None:
    if connection.vendor == "postgresql":
        sql.rows("SELECT pg_advisory_xact_lock(%s)", [_REVISIONS])


def _record(
    directory: Path, data: bytes, source: str, by: By | None, reason: str
) -> Revision:
    previous = _meaning_of(current_revision(directory))
    document = Document.from_bytes(data, directory / CONFIG_NAME)
    return Revision.objects.create(
        directory=str(directory),
        content=data,
        sha256=storage.digest(data),
        meaning=[each.as_dict() for each in meaning(document, previous)],
        source=source,
        author=by.name[:150] if by else "",
        reason=reason[:500],
        created_at=timezone.now(),
    )


def _on_disk(path: Path) -> bytes:
    try:
        return storage.read(path)
    except UnreadableFile as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return b""
        raise
