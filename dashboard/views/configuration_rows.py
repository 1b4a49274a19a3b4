"""The mappings of an edit, shown beside its text.

They are requested with every key, and nearly all stay the same: each is a value, so that its part
of the page can be cached (templatetags/mappings.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.editing.drafts import Draft
from dashboard.queries.callbacks import CallbackRow, mapped_rows
from dashboard.store.configuration.pauses import pauses
from dashboard.views.directories import Place
from qubecb.conffile.document import shown
from qubecb.lint import Finding


@dataclass(frozen=True, slots=True)
class MappingRow:
    """What is shown of a mapping, and what the edit does to it: added, changed or nothing."""

    directory_name: str
    file: str
    name: str
    #: Whether the file may be named so, and therefore has a page.
    named: bool
    line: int
    trigger: str
    #: Its settings as they are written.
    options: str
    mark: str
    #: The trigger that still counts although the line is broken now.
    kept: str
    pause: str
    missing: bool
    finding_counts: tuple[tuple[str, int], ...]


def mapping_rows(
    here: Place, draft: Draft, findings: Sequence[Finding], most: int
) -> list[MappingRow]:
    """The first mappings of an edit, in the order of the file."""
    marks = {change.file: change.kind for change in draft.changes}
    rows = mapped_rows(draft.loaded, findings, pauses(), draft.meaning, most)
    return [_shown(here, row, marks.get(row.file, "")) for row in rows]


def _shown(here: Place, row: CallbackRow, mark: str) -> MappingRow:
    mapping = row.mapping
    options = str(mapping.options) if mapping and mapping.options.as_dict() else ""
    return MappingRow(
        directory_name=here.name,
        file=row.file,
        name=row.name,
        named=row.named,
        line=mapping.line if mapping else 0,
        trigger=row.trigger,
        options=options,
        mark=mark,
        kept=shown(row.kept.trigger) if row.kept else "",
        pause=(row.pause.reason or "paused") if row.pause else "",
        missing=row.missing,
        finding_counts=tuple(row.finding_counts),
    )
