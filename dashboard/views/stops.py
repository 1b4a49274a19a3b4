"""What keeps callbacks from running as they should: the first row of the overview.

To add a situation, add a function that gives its stops, and name it in `_SITUATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.urls import reverse

from dashboard.models import AbsenceRecord
from dashboard.queries.absences import absences, losses
from dashboard.store.configuration import directory_names
from dashboard.store.configuration.checking import Checked
from dashboard.store.configuration.editing import current_revision
from qubecb.conffile.document import shown
from qubecb.lint import Finding

_WHAT = {
    "directory": "A callback directory cannot be read",
    "missing": "A callbacks.conf is missing",
    "unreadable": "A callbacks.conf cannot be read",
    "undecodable": "A callbacks.conf is not UTF-8 text",
    "emptied": "A callbacks.conf has lost all of its mappings",
}
#: So many scripts are named.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing that stops callbacks, or may: what it is, and where to fix it."""

    what: str
    text: str
    href: str = ""
    link: str = ""
    since: datetime | None = None
    #: error, or warning for what runs all the same.
    level: str = "error"
    #: Whether all else runs: the service itself is not in trouble.
    partly: bool = False


def stops(seen: Checked) -> list[Stop]:
    """Everything that stops callbacks now, in the order of `_SITUATIONS`."""
    return [stop for situation in _SITUATIONS for stop in situation(seen)]


def _absent(_seen: Checked) -> Iterator[Stop]:
    """A callbacks.conf that is not followed."""
    for row in absences():
        text = f"{shown(row.sentence)}. {_meanwhile(row)}"
        href = _page_of(row.directory)
        yield Stop(_WHAT[row.kind], text, href, "Configuration", row.since)


def _meanwhile(row: AbsenceRecord) -> str:
    revision = current_revision(Path(row.directory))
    if revision is None:
        return "It was never read, so none of its callbacks run. Is it mounted?"
    return (
        f"What was read last, revision {revision.number}, stays in force until the file is back "
        "or somebody says that it is empty on purpose. Is the directory mounted?"
    )


def _lost(_seen: Checked) -> Iterator[Stop]:
    """A file that lost most of its mappings, and is in force."""
    for revision in losses():
        lost = revision.lost_files
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        text = (
            f"{shown(revision.directory)}/callbacks.conf was changed outside of qubecb, and "
            f"is in force without {', '.join(lost[:_NAMED])}{more}."
        )
        href = _page_of(revision.directory)
        what = "More than half of the mappings are gone"
        yield Stop(what, text, href, "Configuration", revision.created_at)


def _page_of(directory: str) -> str:
    """The configuration page of a directory; nothing for one that is not configured."""
    name = directory_names.configured().get(directory)
    return reverse("configuration", args=[name]) if name else ""


def _broken(seen: Checked) -> Iterator[Stop]:
    """Errors in what is configured: mappings that can never run, directories that are gone."""
    errors = seen.errors
    if errors:
        one = len(errors) == 1
        what = (
            f"The configuration has {'an error' if one else f'{len(errors):,} errors'}"
        )
        said = _said(errors[0])
        text = said if one else f"Their mappings never run. The first: {said}"
        yield Stop(what, text, reverse("callbacks"), "Callbacks", partly=True)


def _said(error: Finding) -> str:
    where = f"{error.file}, line {error.line}: " if error.line else ""
    hint = f"; {error.hint}" if error.hint else ""
    return shown(f"{where}{error.message}{hint}")


def _no_qb_conf(seen: Checked) -> Iterator[Stop]:
    """A qb.conf that is not followed."""
    absence = seen.conf.absence
    if absence:
        text = (
            f"{shown(absence)}. What it said last counts: language flags, callback path and "
            "mail. It is read again when it is back."
        )
        yield Stop("qb.conf is not read", text, reverse("settings"), "Settings")


_SITUATIONS: tuple[Callable[[Checked], Iterator[Stop]], ...] = (
    _absent,
    _no_qb_conf,
    _lost,
    _broken,
)
