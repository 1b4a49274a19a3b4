"""Looks at callback directories: what is found on disk becomes a revision.

Absence is not a decision: a file that is missing or unreadable, or empty without a save of ours,
leaves the last revision in force, and is reported. A change that looks half written is recorded
once the file has stayed the same for a moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.machine.waking import EVENTS, wake
from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from dashboard.store.configuration import absences, directory_names
from dashboard.store.configuration.revisions import (
    current_revision,
    put_in_force,
    record_found,
    take_turn,
)
from dashboard.store.configuration.site import directories
from dashboard.store.database.transactions import writing
from qubecb.conffile.absence import Absence, absence_of, may_be_half_written
from qubecb.conffile.catalog import Catalog, Directory, load_directory, with_config
from qubecb.conffile.steadiness import Steadiness

#: Seconds for which a file that seems to have lost mappings must have stayed the same.
STEADINESS = Steadiness(0.75)


@dataclass(frozen=True, slots=True)
class Look:
    """A directory on disk, beside its revision in force."""

    found: Directory
    newest: Revision | None
    absence: Absence | None

    @property
    def is_in_force(self) -> bool:
        """Whether the bytes on disk are those in force."""
        return (
            self.newest is not None
            and self.found.trouble in ("", "no-config", "undecodable")
            and self.found.revision == self.newest.sha256
        )

    @property
    def may_count(self) -> bool:
        """Whether what was found may be recorded already."""
        found = self.found
        if found.trouble not in ("", "no-config"):
            return False
        if not may_be_half_written(found, meaning_of(self.newest)):
            return True
        return STEADINESS.is_steady(found.path, found.revision)

    @property
    def as_it_counts(self) -> Directory:
        """The directory with the callbacks.conf in force, and the trouble with the one on disk."""
        if self.absence is None or self.newest is None:
            return self.found
        counting = with_config(self.found, bytes(self.newest.content))
        trouble = self.found.trouble or "emptied"
        return replace(counting, error=self.absence.sentence, trouble=trouble)


def look(directory: Path) -> Look:
    """Look at a directory; nothing is recorded."""
    newest, found = current_revision(directory), load_directory(directory)
    seen = Look(found, newest, None)
    if seen.is_in_force:
        return seen
    in_force = meaning_of(newest) if newest else None
    return replace(seen, absence=absence_of(found, in_force))


def observe(directory: Path) -> Revision | None:
    """Record what is on disk as a revision, if it is not the newest already.

    Gives the revision in force. An absence is reported and not recorded as a revision.
    """
    seen = look(directory)
    if _is_known(seen):
        return seen.newest
    with writing():
        take_turn()
        seen = look(directory)
        revision = _take(seen)
    wake(EVENTS)
    return revision or seen.newest


def observe_all() -> list[Revision]:
    """Observe every callback directory, and put in force what is there."""
    configured = directories()
    found = [observe(directory) for directory in configured]
    with writing():
        take_turn()
        absences.forget_others(configured)
        directory_names.give([str(directory) for directory in configured])
        put_in_force()
    return [revision for revision in found if revision is not None]


def catalog() -> Catalog:
    """Give the callback directories in force.

    They are as on disk; one that is absent has its revision in force, with `error` set.
    """
    return Catalog(tuple(look(each).as_it_counts for each in directories()))


def _is_known(seen: Look) -> bool:
    """Whether there is nothing to record or to report."""
    if seen.absence is not None or seen.is_in_force:
        return absences.is_told(seen.found.path, seen.absence)
    return not seen.may_count


def _take(seen: Look) -> Revision | None:
    """Record or report what a look found; gives the new revision. Call it in a transaction."""
    directory = seen.found.path
    if seen.absence is not None:
        absences.tell(directory, seen.absence)
        return None
    if not (seen.is_in_force or seen.may_count):
        return None
    absences.settle(directory)
    STEADINESS.forget(directory)
    if seen.is_in_force:
        return None
    revision = record_found(directory, seen.found.data)
    put_in_force()
    return revision
