"""A directory into which any process may drop events while everything else is down.

It works like maildir: a file is written in `tmp` and renamed into `new` when it is whole; one that
holds no event is moved to `bad`, with the reason beside it in `NAME.error`. A file holds one event,
or a list of events, in the form of `POST /api/events`.

This order loses nothing and repeats nothing:

1. `names` and `read` give files in order of their names, one at a time, and leave them where
   they are.
2. The caller stores their events durably. An event without an id takes the file's name as
   its id, or name and digest if another event has that id already: so it is the same event
   when the file is read again.
   3. `done` removes the file. A process that is killed between 2 and 3 reads it again, and
      stores nothing twice.

   Some programs do not rename. So a file whose name says that it is still being written is skipped,
   and one that cannot be parsed is read again for as long as it may still be being written.
"""

from __future__ import annotations

import errno
import heapq
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

from qubecb.conffile.steadiness import Steadiness
from qubecb.dispatch.spool_file import SpoolFile
from qubecb.errors import UnfinishedFile

LARGEST = 10 * 1024 * 1024
#: Seconds since its last write for which a file that cannot be parsed may still be unfinished.
UNFINISHED = 10.0
#: Seconds after which such a file is read again.
AGAIN = 1.0
#: Endings, in lower case, of names under which programs write files that they will rename.
IN_THE_MAKING = (
    *("~", ".part", ".partial", ".filepart", ".tmp", ".temp", ".swp", ".swx"),
    *(
        ".crdownload",
        ".download",
        ".opdownload",
        ".inprogress",
        ".incomplete",
        ".writing",
    ),
)
#: What is wrong with a file itself, and not with the disk or with this process.
_ITS_OWN = frozenset({errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENXIO})


class Spool:
    """The spool at a path. One process takes from it; any number may drop files into it.

    Takes the size of the largest file in bytes, and two clocks in seconds: that of file times,
    which may be set at any time, and one that is never set.
    """

    def __init__(
        self,
        path: Path,
        largest: int = LARGEST,
        clock: Callable[[], float] = time.time,
        steady_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.largest = largest
        self._clock = clock
        self._steady_clock = steady_clock
        self._steadiness = Steadiness(UNFINISHED, steady_clock)
        #: Files that could not be moved out of `new`, and why; they are not taken again.
        self.stuck: dict[str, str] = {}
        #: Files that are not read before a moment of the steady clock.
        self._put_off: dict[str, float] = {}

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

    def names(self, limit: int) -> list[str]:
        """Give the first names in order, `limit` at most, that should be read now."""
        try:
            with os.scandir(self.path / "new") as entries:
                found = [entry.name for entry in entries]
        except FileNotFoundError:
            self.prepare()
            return []
        now = self._steady_clock()
        self._put_off = {
            name: moment for name, moment in self._put_off.items() if moment > now
        }
        passed_over = self.stuck.keys() | self._put_off.keys()
        wanted = (name for name in found if name not in passed_over)
        return heapq.nsmallest(limit, filter(_is_finished, wanted))

    def read(self, name: str) -> SpoolFile | None:
        """Read one file; None if it is gone. Only regular files are read.

        Without O_NONBLOCK, opening a FIFO would wait for its writer. Raises OSError for what is
        not the file's fault: a disk, or too many open files.
        """
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        path = self.path / "new" / name
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                return SpoolFile(name, fault="it is not a regular file")
            with os.fdopen(os.open(path, flags), "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    return SpoolFile(name, fault="it is not a regular file")
                data = file.read(self.largest + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in _ITS_OWN:
                raise
            return SpoolFile(name, fault=f"it cannot be read: {error.strerror}")
        if len(data) > self.largest:
            return SpoolFile(name, fault=f"it is larger than {self.largest} bytes")
        return SpoolFile(name, data, stamp=(status.st_mtime_ns, status.st_size))

    def may_be_unfinished(self, file: SpoolFile, error: Exception) -> bool:
        """Whether a file that could not be parsed may still be being written.

        It may if its last write is younger than UNFINISHED; a clock that was set, or a file server
        with another time, adds UNFINISHED seconds at most.
        """
        if not isinstance(error, UnfinishedFile):
            return False
        age = self._clock() - file.stamp[0] / 1e9
        return age < UNFINISHED and not self._steadiness.is_steady(
            file.name, file.stamp
        )

    def put_off(self, name: str, seconds: float = AGAIN) -> None:
        """Do not read a file for so many seconds."""
        self._put_off[name] = self._steady_clock() + seconds

    def done(self, name: str) -> None:
        """Remove a file whose events are stored durably."""
        self._steadiness.forget(name)
        try:
            (self.path / "new" / name).unlink(missing_ok=True)
        except OSError as error:
            self.stuck[name] = f"cannot be removed: {error.strerror}"

    def bad(self, name: str, reason: str) -> None:
        """Move a file that holds no event to `bad`, with the reason in `NAME.error`."""
        self._steadiness.forget(name)
        target = self._free(name)
        try:
            target.with_name(f"{target.name}.error").write_text(
                f"{reason}\n", "utf-8", "backslashreplace"
            )
            (self.path / "new" / name).rename(target)
        except OSError as error:
            self.stuck[name] = f"{reason}; cannot be moved: {error.strerror}"

    def _free(self, name: str) -> Path:
        """A free path in `bad`, even if a file of the same name was bad before."""
        short = name.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "replace")
        target = self.path / "bad" / short
        number = 1
        while os.path.lexists(target):
            number += 1
            target = self.path / "bad" / f"{short}.{number}"
        return target


def _is_finished(name: str) -> bool:
    """Whether a name is not one under which programs write unfinished files.

    Names that begin with a dot belong to programs and file systems.
    """
    return not (name.startswith(".") or name.lower().endswith(IN_THE_MAKING))
