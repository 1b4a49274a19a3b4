"""An edit in progress: the file that was read, and the edited text.

It is not stored. The form carries the whole edit from page to page, so it is never lost or mixed
up with somebody else's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dashboard.store.rows.job_ids import known_among
from qubecb.conffile.catalog import CONFIG_NAME, Directory, load_directory
from qubecb.conffile.changes import Change, changes
from qubecb.conffile.comparing import edits
from qubecb.conffile.document import Document
from qubecb.conffile.idle import IdleChange, idle_changes
from qubecb.conffile.meaning import EffectiveMapping, meaning
from qubecb.conffile.parsing import MappingLine, mapping_lines
from qubecb.conffile.qb_conf import QubConf
from qubecb.conffile.reading import LARGEST, digest
from qubecb.conffile.retyping import editor_text, retyped
from qubecb.lint import Finding, check_directory

#: Longer files are edited elsewhere: a browser would choke before we do.
MOST_LINES = 10_000


@dataclass(frozen=True)
class Draft:
    """An edit of one directory's callbacks.conf."""

    directory: Path
    base: bytes
    document: Document
    #: What the dispatcher uses of the base.
    in_force: Sequence[EffectiveMapping] = field(default=())

    @classmethod
    def of(
        cls,
        directory: Path,
        base: bytes,
        text: str | None = None,
        in_force: Sequence[EffectiveMapping] = (),
    ) -> Draft:
        """Apply the browser's text to the file that it was made from."""
        document = Document.from_bytes(base, directory / CONFIG_NAME)
        edited = document if text is None else retyped(document, text)
        return cls(directory, base, edited, in_force)

    def to(self, document: Document) -> Draft:
        """The same edit, gone on to another document."""
        return Draft(self.directory, self.base, document, self.in_force)

    @cached_property
    def data(self) -> bytes:
        """The edited file."""
        return self.document.to_bytes()

    @cached_property
    def text(self) -> str:
        """The edited file as a browser can hold it."""
        return editor_text(self.document)

    @property
    def base_text(self) -> str:
        """The file that was read, in the same way."""
        return editor_text(Document.from_bytes(self.base))

    @property
    def base_sha256(self) -> str:
        """The name of the bytes that were read."""
        return digest(self.base)

    @property
    def changed(self) -> bool:
        """Whether anything is different."""
        return self.data != self.base

    @property
    def too_large(self) -> bool:
        """Whether it is too large to be saved or edited here."""
        return len(self.data) > LARGEST or len(self.document.lines) > MOST_LINES

    @cached_property
    def loaded(self) -> Directory:
        """The callback directory as it would be with this edit."""
        return load_directory(self.directory, self.data)

    @cached_property
    def meaning(self) -> tuple[EffectiveMapping, ...]:
        """What the dispatcher would use."""
        return meaning(self.document, self.in_force)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What saving it would change for the dispatcher."""
        return changes(self.in_force, self.meaning)

    @cached_property
    def idle(self) -> tuple[IdleChange, ...]:
        """Which idle lines it adds or removes."""
        base = Document.from_bytes(self.base)
        kept = [mapping.line for mapping in self.meaning if mapping.kept]
        return idle_changes(base, self.document, kept)

    @property
    def changed_lines(self) -> int:
        """How many lines were added, changed or removed."""
        before = self.base.splitlines(keepends=True)
        after = self.data.splitlines(keepends=True)
        return sum(
            max(edit.before_end - edit.before, edit.after_end - edit.after)
            for edit in edits(before, after)
            if not edit.same
        )

    def findings(self, qb_conf: QubConf) -> list[Finding]:
        """What the checker finds in it."""
        return check_directory(self.loaded, qb_conf, known_among)

    def locate(self, file: str, line: int) -> MappingLine | None:
        """The mapping of a file on that line, else the nearest one of the same file."""
        found = [each for each in mapping_lines(self.document) if each.file == file]
        return min(found, key=lambda each: abs(each.number - line), default=None)
