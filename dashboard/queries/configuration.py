"""Revisions of callbacks.conf as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.queries.paging import LARGEST_KEY, Page, read_page
from qubecb.conffile.changes import Change, changes
from qubecb.conffile.document import Document, shown
from qubecb.conffile.idle import IdleChange, idle_changes
from qubecb.conffile.retyping import editor_text

#: How many revisions a page has.
ROWS = 30


def text_of(revision: Revision | None) -> str:
    """A revision's file as text for a page; nothing for none."""
    return text_from(bytes(revision.content)) if revision else ""


def idle_between(old: Revision | None, new: Revision | None) -> tuple[IdleChange, ...]:
    """Which lines that do nothing the second of two revisions has, and no longer has."""
    kept = [mapping.line for mapping in meaning_of(new) if mapping.kept]
    return idle_changes(_document(old), _document(new), kept)


def _document(revision: Revision | None) -> Document:
    return Document.from_bytes(bytes(revision.content) if revision else b"")


def text_from(data: bytes) -> str:
    """A file's bytes as text for a page."""
    return editor_text(Document.from_bytes(data))


def revision_with(directory: Path, sha256: str) -> Revision | None:
    """The newest revision of a directory that has these bytes."""
    found = Revision.objects.filter(directory=str(directory), sha256=sha256[:64])
    return found.order_by("-id").first()


def get_revision(directory: Path, identity: int) -> Revision | None:
    """One revision of a directory, or None."""
    found = Revision.objects.filter(directory=str(directory))
    return found.filter(pk=min(identity, LARGEST_KEY)).first()


def before(revision: Revision) -> Revision | None:
    """The revision before another one of the same directory."""
    found = Revision.objects.filter(directory=revision.directory, pk__lt=revision.pk)
    return found.order_by("-id").first()


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A revision, and what it changed for the dispatcher."""

    revision: Revision
    changes: tuple[Change, ...]
    #: Whether it is the first that was recorded.
    first: bool


def history(
    directory: Path, older: int | None = None, newer: int | None = None
) -> tuple[list[RevisionRow], Page[Revision]]:
    """One page of a directory's revisions, newest first, with what each changed."""
    known = Revision.objects.filter(directory=str(directory)).defer("content")
    found = read_page(known, older, newer, ROWS)
    rows: list[Revision] = list(found.rows)
    if not rows:
        return [], found
    oldest = known.filter(pk__lt=rows[-1].pk).order_by("-id").first()
    return list(_compared(rows, oldest)), found


def _compared(
    rows: Sequence[Revision], oldest: Revision | None
) -> Sequence[RevisionRow]:
    previous: list[Revision | None] = [*rows[1:], oldest]
    return [
        RevisionRow(row, changes(meaning_of(earlier), meaning_of(row)), earlier is None)
        for row, earlier in zip(rows, previous, strict=True)
    ]


def numbers_of(revisions: Iterable[int | None]) -> dict[int, int]:
    """The numbers within their directories of revisions, by id; those that are gone are left out."""
    wanted = {each for each in revisions if each is not None}
    found = Revision.objects.filter(pk__in=wanted)
    return dict(found.values_list("pk", "number"))


def words_of(revisions: Iterable[int]) -> dict[int, str]:
    """What revisions are called where a page is of no directory: `3 of /studio/callback`."""
    found = Revision.objects.filter(pk__in=set(revisions)).order_by("pk")
    return {
        each.pk: f"{each.number} of {shown(each.directory)}"
        for each in found.only("number", "directory")
    }
