"""Revisions of callbacks.conf: found on disk, saved here, rolled back.

A revision is recorded in the write transaction in which the file was read or replaced, so
that two processes that see the same change record it once, and the watcher never takes a
save of ours for somebody else's. The newest revision of each directory is in force.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from dashboard.models import Revision
from dashboard.store import bindings, sql
from dashboard.store.site import catalog, directories, qb_conf
from dashboard.store.transactions import writing
from dashboard.store.waking import EVENTS, knock
from qubecb.conffile import storage
from qubecb.conffile.catalog import CONFIG_NAME, load_directory
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
        revision = _record(directory, found.data, "disk", "", "")
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


def save(
    directory: Path,
    new: bytes,
    expected_sha256: str,
    author: str,
    reason: str,
    source: str = "save",
) -> Revision:
    """Put new bytes in the place of a directory's callbacks.conf, and record who and why.

    Takes the SHA-256 of the bytes that were read before the edit. Raises ConflictingEdit
    with what is there now, when it is something else; ConfigurationError when it cannot be
    written, or not here (QUBECB_READ_ONLY). Then nothing is changed.
    """
    if settings.READ_ONLY:
        raise ConfigurationError("mappings cannot be changed here (QUBECB_READ_ONLY)")
    path = directory / CONFIG_NAME
    with writing():
        _take_turn()
        expected = _on_disk(path)
        if storage.digest(expected) != expected_sha256:
            message = f"{path} was changed by somebody else since it was read; nothing was saved"
            raise ConflictingEdit(expected, message)
        storage.save(path, new, expected)
        revision = _record(directory, new, source, author, reason)
        put_in_force()
    knock(EVENTS)
    return revision


def roll_back(
    revision: Revision, author: str, reason: str, expected_sha256: str | None = None
) -> Revision:
    """Save the bytes of an earlier revision again, as a new one.

    Takes what the person saw as current; None: the newest revision. Raises as `save`.
    """
    directory = Path(revision.directory)
    if expected_sha256 is None:
        newest = current_revision(directory)
        expected_sha256 = newest.sha256 if newest else storage.digest(b"")
    content = bytes(revision.content)
    return save(directory, content, expected_sha256, author, reason, "rollback")


def _take_turn() -> None:
    if connection.vendor == "postgresql":
        sql.rows("SELECT pg_advisory_xact_lock(%s)", [_REVISIONS])


def _record(
    directory: Path, data: bytes, source: str, author: str, reason: str
) -> Revision:
    before = current_revision(directory)
    previous = (
        [EffectiveMapping.from_dict(each) for each in before.meaning] if before else []
    )
    document = Document.from_bytes(data, directory / CONFIG_NAME)
    return Revision.objects.create(
        directory=str(directory),
        content=data,
        sha256=storage.digest(data),
        meaning=[each.as_dict() for each in meaning(document, previous)],
        source=source,
        author=author[:150],
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
