"""The history of one callback: its scripts as they ran, its mapping as it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.models import Revision, Run, ScriptVersion
from dashboard.models.configuration import meaning_of
from qubecb.conffile.changes import Change, changes
from qubecb.conffile.meaning import EffectiveMapping

#: How many of the newest runs are looked at for the scripts that they ran.
_LOOKED_AT = 500
_REVISIONS = 60


@dataclass(frozen=True, slots=True)
class RanScript:
    """A script as it was, and the runs that ran it, among the newest."""

    sha256: str
    first: datetime
    last: datetime
    newest: int
    count: int


def scripts_of(directory: str, file: str) -> list[RanScript]:
    """The versions of a script that its newest runs ran, the newest first."""
    found: dict[str, RanScript] = {}
    runs = Run.objects.filter(file=file, directory=directory).order_by("-id")
    read = runs.values_list("script_sha256", "queued_at", "id")[:_LOOKED_AT]
    for sha256, queued_at, identity in read:
        if not sha256:
            continue
        known = found.get(sha256) or RanScript(
            sha256, queued_at, queued_at, identity, 0
        )
        found[sha256] = RanScript(
            sha256, queued_at, known.last, known.newest, known.count + 1
        )
    return list(found.values())


def script_version(sha256: str) -> ScriptVersion | None:
    """A script as it was when it ran, by the name of its bytes."""
    return ScriptVersion.objects.filter(pk=sha256).first()


@dataclass(frozen=True, slots=True)
class MappingChange:
    """What one revision did to one mapping."""

    revision: Revision
    change: Change


def mapping_changes(directory: Path, file: str) -> list[MappingChange]:
    """What the newest revisions of a directory changed about one mapping, newest first."""
    revisions = list(
        Revision.objects.filter(directory=str(directory))
        .defer("content")
        .order_by("-id")[: _REVISIONS + 1]
    )
    found = []
    for at, revision in enumerate(revisions[:_REVISIONS]):
        before = revisions[at + 1] if at + 1 < len(revisions) else None
        found += [
            MappingChange(revision, change)
            for change in changes(_only(before, file), _only(revision, file))
        ]
    return found


def _only(revision: Revision | None, file: str) -> list[EffectiveMapping]:
    return [each for each in meaning_of(revision) if each.file == file]
