"""Names of callbacks on pages that show several directories: the file's name, if it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from dashboard.models import Binding, Revision
from dashboard.store.configuration.site import directories
from dashboard.store.database import sql
from qubecb.conffile.document import shown

_NEWEST = """
    SELECT binding.id, binding.created_at FROM dashboard_inforcerecord AS record
    JOIN dashboard_binding AS binding ON binding.id = record.binding_id
    ORDER BY record.id DESC LIMIT 1
"""


def labels() -> dict[str, str]:
    """A short name for each callback directory, by its path: as much of the path as is unique."""
    paths = directories()
    return {str(path): _label(path, paths) for path in paths}


def _label(path: Path, paths: Sequence[Path]) -> str:
    """The last parts of the path: as many as make it unique."""
    for count in range(1, len(path.parts)):
        label = "/".join(path.parts[-count:])
        if sum(other.parts[-count:] == path.parts[-count:] for other in paths) == 1:
            return shown(label)
    return shown(str(path))


@lru_cache(maxsize=4)
def _mapped(binding: int, created_at: object) -> dict[str, set[str]]:
    """The directories that map each file in one binding, which never changes."""
    order = Binding.objects.get(pk=binding).revisions
    found: dict[str, set[str]] = {}
    revisions = Revision.objects.filter(pk__in=order)
    for directory, meaning in revisions.values_list("directory", "meaning"):
        for mapping in meaning:
            found.setdefault(mapping["file"], set()).add(directory)
    return found


class Places:
    """Says which directory a callback is in, for those whose file's name is not enough."""

    def __init__(self) -> None:
        self._labels = labels()
        newest = sql.row(_NEWEST) if len(self._labels) > 1 else None
        self._mapped = _mapped(*newest) if newest else {}

    def of(self, directory: str, file: str) -> str:
        """The directory's short name; empty if no other directory maps a file of that name now."""
        if not self._mapped.get(file, set()) - {directory}:
            return ""
        return self._labels.get(directory) or shown(directory)
