"""Callback directories as they are on disk: configuration, scripts, and what is wrong.

A directory that does not exist, vanishes or cannot be read is a value with `error` set,
never an exception: pages and the dispatcher meet it at any moment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from qubecb.conffile.document import Document
from qubecb.conffile.links import leads_to, may_be_read, not_through
from qubecb.conffile.meaning import (
    EffectiveMapping,
    meaning_of_lines,
    read_trigger,
)
from qubecb.conffile.names import (
    CONFIG_NAME,
    Language,
    language_of,
    name_fault,
    script_path,
)
from qubecb.conffile.options import CallbackOptions
from qubecb.conffile.parsing import MappingLine, ParsedLine, parse
from qubecb.conffile.qb_conf import QubConf
from qubecb.conffile.reading import check_size, digest, not_text, read, why
from qubecb.errors import ConfigurationError, FileTooLarge, TriggerSyntaxError
from qubecb.triggers import Trigger

__all__ = [
    "CONFIG_NAME",
    "Catalog",
    "Directory",
    "DirectoryMapping",
    "callback_paths",
    "language_of",
    "load",
    "load_directory",
    "script_path",
    "with_config",
]

#: What is wrong with a directory as a whole. Whether a file was `emptied` by mistake is told
#: only beside what is in force.
Trouble = Literal[
    "", "directory", "no-config", "config", "too-large", "undecodable", "emptied"
]


@dataclass(frozen=True, slots=True)
class DirectoryMapping:
    """One mapping of a callback directory, with its script as it is on disk."""

    directory: Path
    source: MappingLine
    #: None when the trigger cannot be read.
    trigger: Trigger | None
    syntax_error: TriggerSyntaxError | None
    #: Why the file may not be named so, as the end of a sentence, or None.
    name_error: str | None
    language: Language | None
    exists: bool
    #: A regular file that this service may read.
    readable: bool

    @property
    def file(self) -> str:
        """The file's name, as written in the line."""
        return self.source.file

    @property
    def line(self) -> int:
        """The line's number, from 1."""
        return self.source.number

    @property
    def trigger_text(self) -> str:
        """The trigger as written, without quotes."""
        return self.source.trigger_text

    @property
    def options(self) -> CallbackOptions:
        """What the comment lines above ask for."""
        return self.source.options

    @property
    def error(self) -> str | None:
        """Why this mapping can never run, or None: name, then trigger."""
        if self.name_error is not None:
            return f"the file name {self.name_error}"
        return self.syntax_error.message if self.syntax_error is not None else None


@dataclass(frozen=True)
class Directory:
    """One callback directory. Without `error`, everything else is as on disk.

    What its callbacks.conf says is read when it is asked for first.
    """

    path: Path
    #: A sentence for people, or None.
    error: str | None = None
    trouble: Trouble = ""
    #: The bytes of callbacks.conf; empty when there is none.
    data: bytes = field(default=b"", repr=False)
    #: Names of regular files with a known extension, sorted.
    scripts: tuple[str, ...] = ()
    #: Those of them that are not links.
    plain: frozenset[str] = field(default=frozenset(), repr=False)
    #: The file outside of the directory that its callbacks.conf is a link to, if it is one.
    elsewhere: Path | None = None

    @cached_property
    def document(self) -> Document:
        """The callbacks.conf as lines that keep every byte."""
        return Document.from_bytes(self.data, self.config_path)

    @cached_property
    def lines(self) -> tuple[ParsedLine, ...]:
        """What each line of the callbacks.conf is."""
        return parse(self.document)

    @cached_property
    def mappings(self) -> tuple[DirectoryMapping, ...]:
        """The mappings, in their order, with the scripts as they are on disk now."""
        lines = (each for each in self.lines if isinstance(each, MappingLine))
        return tuple(_mapping(self, each) for each in lines)

    @property
    def config_path(self) -> Path:
        """Where the callbacks.conf is, or would be."""
        return self.path / CONFIG_NAME

    @property
    def revision(self) -> str:
        """The name of the configuration's bytes: SHA-256 in hexadecimal."""
        return digest(self.data)

    @property
    def kept_elsewhere(self) -> str:
        """Why nothing is saved here, as a sentence without its full stop, or nothing."""
        return not_through(self.config_path, self.elsewhere) if self.elsewhere else ""

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Scripts that are not mapped."""
        mapped = {mapping.file for mapping in self.mappings}
        return tuple(name for name in self.scripts if name not in mapped)

    def mapping(self, file: str) -> DirectoryMapping | None:
        """The first mapping of a file, or None."""
        return next((each for each in self.mappings if each.file == file), None)

    def meaning(
        self, previous: Sequence[EffectiveMapping] = ()
    ) -> tuple[EffectiveMapping, ...]:
        """The mappings that the dispatcher uses; see `qubecb.conffile.meaning`."""
        return meaning_of_lines(self.lines, previous)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All callback directories, in the order in which they are configured."""

    directories: tuple[Directory, ...]

    def directory(self, path: Path) -> Directory | None:
        """The directory of that path, or None."""
        return next((each for each in self.directories if each.path == path), None)


def load(paths: Iterable[Path]) -> Catalog:
    """Read callback directories; a path that is given twice counts once."""
    return Catalog(tuple(load_directory(path) for path in dict.fromkeys(paths)))


def load_directory(path: Path, config: bytes | None = None) -> Directory:
    """Read one callback directory.

    With `config`, those bytes stand for its callbacks.conf: an edit that is not saved yet.
    """
    try:
        scripts, plain = _scripts(path)
    except (OSError, ValueError) as error:
        told = f"the callback directory {path} {_not_listed(path, error)}"
        return Directory(path, told, "directory")
    elsewhere = leads_to(path / CONFIG_NAME)
    found = Directory(path, scripts=scripts, plain=plain, elsewhere=elsewhere)
    try:
        data = read(path / CONFIG_NAME) if config is None else config
        check_size(path / CONFIG_NAME, data)
    except FileTooLarge as error:
        return replace(found, error=str(error), trouble="too-large")
    except ConfigurationError as error:
        missing = isinstance(error.__cause__, FileNotFoundError)
        trouble: Trouble = "no-config" if missing else "config"
        return replace(found, error=str(error), trouble=trouble)
    fault = not_text(data)
    if fault:
        told = f"{path / CONFIG_NAME} {fault}"
        found = replace(found, error=told, trouble="undecodable")
    return with_config(found, data)


def _not_listed(path: Path, error: OSError | ValueError) -> str:
    """Why a directory cannot be listed: for a file in its place the system says the same as for one above."""
    if isinstance(error, NotADirectoryError) and os.path.lexists(path):
        return "is not a directory"
    return why(error)


def with_config(found: Directory, data: bytes) -> Directory:
    """The directory with other bytes for its callbacks.conf, whatever is wrong with its own."""
    return replace(found, data=data)


def callback_paths(environ: Mapping[str, str], qb_conf: QubConf) -> list[Path]:
    """The callback directories of this site, in order, each once.

    `QUBECB_CALLBACK_PATH` (comma-separated) counts before qb.conf; without either there
    are none.
    """
    given = environ.get("QUBECB_CALLBACK_PATH", "")
    paths = [Path(part.strip()) for part in given.split(",") if part.strip()]
    return list(dict.fromkeys(paths or qb_conf.callback_directories))


def _scripts(path: Path) -> tuple[tuple[str, ...], frozenset[str]]:
    """Regular files (or links to them) with a known extension and an allowed name.

    Gives those that are not links as well.
    """
    with os.scandir(path) as entries:
        found = [
            entry
            for entry in entries
            if language_of(entry.name) is not None
            and name_fault(entry.name) is None
            and _is_file(entry)
        ]
        plain = frozenset(entry.name for entry in found if not entry.is_symlink())
    return tuple(sorted(entry.name for entry in found)), plain


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _mapping(found: Directory, line: MappingLine) -> DirectoryMapping:
    fault = name_fault(line.file)
    read_as = read_trigger(line.trigger_text)
    exists, readable = _on_disk(found, line.file) if fault is None else (False, False)
    return DirectoryMapping(
        directory=found.path,
        source=line,
        trigger=read_as if isinstance(read_as, Trigger) else None,
        syntax_error=None if isinstance(read_as, Trigger) else read_as,
        name_error=fault,
        language=language_of(line.file),
        exists=exists,
        readable=readable,
    )


def _on_disk(found: Directory, file: str) -> tuple[bool, bool]:
    """Whether a script exists, and whether this service may read it."""
    place = f"{found.path}/{file}"
    if file in found.plain:
        return True, os.access(place, os.R_OK)
    exists = os.path.exists(place)  # noqa: PTH110 (thousands of names, some files)
    return exists, exists and may_be_read(found.path / file)
