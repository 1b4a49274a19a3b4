"""A directory into which any process may drop events while everything else is down.

In the manner of maildir: `tmp` is where a file is written, `new` is where it is renamed to
when it is whole, `bad` is where it goes when it holds no event, with the reason beside it in
`NAME.error`. A file holds one event, or a list of events, in the form of `POST /api/events`.

The order that loses and repeats nothing:

1. `take` reads files in order of their names and leaves them where they are.
2. The caller stores their events durably. An event without an id takes the file's name as
   its id, so that it is the same event when the file is read again.
3. `done` removes the file. Whoever is killed between 2 and 3 reads it again, and stores
   nothing twice.
"""

from __future__ import annotations

import heapq
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from qubecb import strict_json
from qubecb.errors import InvalidEvent, Problem
from qubecb.events import Event, parse_event

LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """One file of the spool as it was read."""

    name: str
    data: bytes = b""
    #: Why it cannot be read at all, or nothing.
    fault: str = ""

    def events(self, now: float) -> list[Event]:
        """Read its events.

        Takes the moment of acceptance (Unix seconds). Raises InvalidEvent with every problem.
        """
        if self.fault:
            _refuse(self.fault)
        data = _decoded(self.data)
        members = data if isinstance(data, list) else [data]
        if not members:
            _refuse("the list holds no event")
        events: list[Event] = []
        problems: list[Problem] = []
        for place, member in enumerate(members):
            identity = f"{self.name}-{place}" if isinstance(data, list) else self.name
            try:
                events.append(parse_event(_named(member, identity), now))
            except InvalidEvent as error:
                where = f"{place}." if isinstance(data, list) else ""
                problems += [
                    Problem(f"{where}{each.path}".rstrip("."), each.message)
                    for each in error.problems
                ]
        if problems:
            raise InvalidEvent(problems)
        return events


class Spool:
    """The spool at a path. One process takes from it; any number may drop files into it."""

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self.path = path
        self.largest = largest
        #: Files that could not be moved out of `new`, and why; they are not taken again.
        self.stuck: dict[str, str] = {}

    def prepare(self) -> None:
        """Make the directories where they are missing."""
        for name in ("tmp", "new", "bad"):
            (self.path / name).mkdir(parents=True, exist_ok=True)

    def drop(self, name: str, data: bytes) -> None:
        """Put a file into the spool, as any other process would: whole or not at all."""
        written = self.path / "tmp" / name
        with written.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        written.rename(self.path / "new" / name)

    def take(self, limit: int = 500) -> list[SpoolFile]:
        """Read the first files in order of name, `limit` at most; all stay where they are.

        Names that begin with a dot are passed over: file systems keep such files.
        """
        try:
            names = [entry.name for entry in os.scandir(self.path / "new")]
        except FileNotFoundError:
            self.prepare()
            return []
        wanted = (name for name in names if name[0] != "." and name not in self.stuck)
        files = (self._read(name) for name in heapq.nsmallest(limit, wanted))
        return [file for file in files if file is not None]

    def done(self, file: SpoolFile) -> None:
        """Remove a file whose events are stored durably."""
        try:
            (self.path / "new" / file.name).unlink(missing_ok=True)
        except OSError as error:
            self.stuck[file.name] = f"cannot be removed: {error.strerror}"

    def bad(self, file: SpoolFile, reason: str) -> None:
        """Move a file that holds no event to `bad`, with the reason in `NAME.error`."""
        target = self._free(file.name)
        try:
            target.with_name(f"{target.name}.error").write_text(
                f"{reason}\n", "utf-8", "backslashreplace"
            )
            (self.path / "new" / file.name).rename(target)
        except OSError as error:
            self.stuck[file.name] = f"{reason}; cannot be moved: {error.strerror}"

    def _read(self, name: str) -> SpoolFile | None:
        """One file; None when it is gone. Nothing that is no regular file is opened to read.

        Without O_NONBLOCK the opening of a FIFO would wait for its writer.
        """
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        path = self.path / "new" / name
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                return SpoolFile(name, fault="it is no regular file")
            with os.fdopen(os.open(path, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return SpoolFile(name, fault="it is no regular file")
                data = file.read(self.largest + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            return SpoolFile(name, fault=f"it cannot be read: {error.strerror}")
        if len(data) > self.largest:
            return SpoolFile(name, fault=f"it is larger than {self.largest} bytes")
        return SpoolFile(name, data)

    def _free(self, name: str) -> Path:
        """A path in `bad` that is not taken, also when the same name was bad before."""
        short = name.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "replace")
        target = self.path / "bad" / short
        number = 1
        while os.path.lexists(target):
            number += 1
            target = self.path / "bad" / f"{short}.{number}"
        return target


def _decoded(data: bytes) -> object:
    if not data.strip():
        _refuse("it is empty")
    try:
        return strict_json.read(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        _refuse("it is not UTF-8")
    except strict_json.NotJson as error:
        _refuse(f"it {error}")


def _named(member: object, identity: str) -> object:
    if isinstance(member, Mapping) and member.get("id") is None:
        named: dict[Any, Any] = {**member, "id": identity}
        return named
    return member


def _refuse(why: str) -> NoReturn:
    raise InvalidEvent([Problem("", why)])
