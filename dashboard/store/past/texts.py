"""Past revisions, read once: their mappings, and their lines that do nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dashboard.models import Revision
from dashboard.models.configuration import meaning_of
from qubecb.conffile.document import Document, shown
from qubecb.conffile.idle import fault_of
from qubecb.conffile.meaning import EffectiveMapping, read_trigger
from qubecb.conffile.names import CONFIG_NAME
from qubecb.conffile.parsing import BLANKS, BrokenLine, MappingLine, ParsedLine, parse
from qubecb.dispatch.ports.configuration import BoundDirectory, MappingKey
from qubecb.triggers import Trigger
from qubecb.why.evidence import Mapped, OtherLine


@dataclass(frozen=True)
class Text:
    """One revision."""

    id: int
    number: int
    directory: str
    content: bytes
    meaning: tuple[EffectiveMapping, ...]

    @cached_property
    def by_file(self) -> dict[str, EffectiveMapping]:
        """The effective mappings, by file."""
        return {each.file: each for each in self.meaning}

    @cached_property
    def lines(self) -> dict[str, list[tuple[ParsedLine, str]]]:
        """The lines that name a file and do nothing, by file, each with what is wrong.

        A name that is not UTF-8, which no file of a mapping may have, is as it is shown.
        """
        path = Path(self.directory) / CONFIG_NAME
        found: dict[str, list[tuple[ParsedLine, str]]] = {}
        for line in parse(Document.from_bytes(self.content, path)):
            for file, problem in _named(line):
                counts = self.by_file.get(file)
                if counts is None or counts.line != line.number:
                    found.setdefault(shown(file), []).append((line, problem))
        return found

    def mappings(self) -> set[MappingKey]:
        """Every file that it names, also on lines that do nothing."""
        return {
            MappingKey(self.directory, each) for each in (*self.by_file, *self.lines)
        }

    def names(self, file: str) -> bool:
        """Whether any line names a file."""
        if file in self.by_file:
            return True
        return self._may_have_others(file) and file in self.lines

    def bound(self, files: Collection[str]) -> BoundDirectory:
        """Give its part about some files, as the dispatcher uses it."""
        wanted = (self.by_file[each] for each in files if each in self.by_file)
        mappings = sorted(wanted, key=lambda each: each.line)
        return BoundDirectory(self.directory, self.id, tuple(mappings))

    def triggers(self, files: Collection[str]) -> Iterator[Trigger]:
        """Give the triggers of some files."""
        for file in files:
            mapping = self.by_file.get(file)
            trigger = read_trigger(mapping.trigger) if mapping else None
            if isinstance(trigger, Trigger):
                yield trigger

    def mapped(self, file: str, now: Text | None) -> Mapped:
        """Give what it says about one file. Takes the directory's revision of today."""
        others = self.lines.get(file, ()) if self._may_have_others(file) else ()
        later = (
            now.number if now and now.id != self.id and file in now.by_file else None
        )
        told = tuple(_other(line, problem) for line, problem in others)
        return Mapped(self.id, self.number, told, later)

    def _may_have_others(self, file: str) -> bool:
        """Avoids parsing a long text, which takes time and is hardly ever needed."""
        times = self.content.count(file.encode())
        return times > (file in self.by_file) or "\\udc" in file


def _named(line: ParsedLine) -> Iterator[tuple[str, str]]:
    """The file that a line names, and what is wrong with it; empty if another line is used."""
    if isinstance(line, MappingLine):
        yield line.file, fault_of(line)
    elif isinstance(line, BrokenLine) and (words := line.text.split(None, 1)):
        yield words[0].strip(BLANKS), "it has no `=` after the file"


def _other(line: ParsedLine, problem: str) -> OtherLine:
    trigger = line.trigger_text if isinstance(line, MappingLine) else ""
    return OtherLine(line.number, shown(trigger), shown(problem))


def texts(ids: Collection[int]) -> dict[int, Text]:
    """Read revisions, in one statement."""
    found = Revision.objects.in_bulk(sorted(ids))
    return {key: _text(each) for key, each in found.items()}


def _text(revision: Revision) -> Text:
    return Text(
        revision.pk,
        revision.number,
        revision.directory,
        bytes(revision.content),
        tuple(meaning_of(revision)),
    )
