"""qb.conf as it is in force: the present file or, while that is missing, the last one.

Absence is not a decision here either: a qb.conf that is missing, unreadable or emptied for a
moment must not switch languages on or off, or lead to other callback directories. What was
read last is kept in a file, so that a restart does not forget it. The file has mode 0600: a
qb.conf may hold the password of the mail server.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from qubecb.conffile.qb_conf import (
    DEFAULT_PATH,
    QubConf,
    load,
    of_bytes,
    read_bytes,
)
from qubecb.conffile.reading import not_text
from qubecb.conffile.steadiness import Steadiness
from qubecb.errors import ConfigurationError

logger = logging.getLogger(__name__)

#: Seconds for which a file that lost a line must have stayed the same.
STEADY = 0.75
#: Seconds after which a missing or half-written file is checked again.
AGAIN = 0.25

Stamp = tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """The bytes that were read last, and of which file; None: a person said to forget it."""

    path: Path | None
    data: bytes = b""


class KnownQbConf:
    """The qb.conf of a site. Takes the file that keeps what was read last, and a clock."""

    def __init__(
        self, keeps: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.keeps = keeps
        self._clock = clock
        self._steadiness = Steadiness(STEADY, clock)
        self._lock = threading.Lock()
        self._kept = self._read_kept()
        self._known: QubConf | None = None
        self._key: tuple[Path | None, Stamp] | None = None
        #: When to check again without a changed stamp; None: only when one has changed.
        self._again: float | None = None

    def current(self, given: Path | None) -> QubConf:
        """Give the qb.conf in force. Takes its path; None: there is none."""
        with self._lock:
            path = given or self._missed_default()
            key = path, stamp_of(path)
            due = self._again is not None and self._clock() >= self._again
            if self._known is None or key != self._key or due:
                self._again = None
                self._tell(found := self._look(path))
                self._known, self._key = found, key
            return self._known

    def forget(self) -> None:
        """Use the present state of qb.conf, even if it is missing: a person decided so.

        The other processes learn of it from the file. Raises ConfigurationError.
        """
        with self._lock:
            self._kept, self._known = _Kept(None), None
            try:
                self._write(self._kept)
            except OSError as error:
                what = f"{self.keeps} cannot be written: {error.strerror}"
                raise ConfigurationError(what) from error

    def _missed_default(self) -> Path | None:
        """Qube's own place, if a qb.conf was there when it was read last."""
        there = self._kept is not None and self._kept.path == DEFAULT_PATH
        return DEFAULT_PATH if there else None

    def _look(self, path: Path | None) -> QubConf:
        if path is None:
            return QubConf()
        try:
            data = read_bytes(path)
        except ConfigurationError as error:
            return self._absent(path, str(error)) or load(path)
        fault = not_text(data)
        if fault:
            return self._absent(path, f"{path} {fault}") or of_bytes(path, data)
        return self._found(path, data)

    def _found(self, path: Path, data: bytes) -> QubConf:
        """What a file says that was read, unless it lost what it said before."""
        found, before = of_bytes(path, data), self._before(path)
        if before is not None and before.values.keys() - found.values.keys():
            self._again = self._clock() + AGAIN
            if not found.values:
                return replace(before, absence=f"{path} has lost all of its lines")
            if not self._steadiness.is_steady(path, data):
                return before
            self._again = None
        self._steadiness.forget(path)
        self._keep(_Kept(path, data))
        return found

    def _absent(self, path: Path, why: str) -> QubConf | None:
        """What an unreadable file had when it was read last; None: never read."""
        before = self._before(path)
        if before is None:
            return None
        self._again = self._clock() + AGAIN
        return replace(before, absence=why)

    def _before(self, path: Path) -> QubConf | None:
        """The content that any process read last, unless a person said to forget it."""
        self._kept = self._read_kept() or self._kept
        if self._kept is None or self._kept.path != path:
            return None
        return of_bytes(path, self._kept.data)

    def _tell(self, found: QubConf) -> None:
        before = self._known.absence if self._known else ""
        if found.absence and found.absence != before:
            logger.error("%s; its last known content stays in force", found.absence)
        elif before and not found.absence:
            logger.info("qb.conf is read again")

    def _keep(self, kept: _Kept) -> None:
        """Store it durably; if that fails, at least this process remembers it."""
        if kept == self._kept:
            return
        self._kept = kept
        try:
            self._write(kept)
        except OSError as error:
            logger.warning("the content of qb.conf cannot be stored: %s", error)

    def _write(self, kept: _Kept) -> None:
        beside = self.keeps.with_name(f".{self.keeps.name}-{os.getpid()}")
        head = json.dumps(str(kept.path) if kept.path else None).encode()
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(head + b"\n" + kept.data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.keeps)

    def _read_kept(self) -> _Kept | None:
        try:
            head, _, data = self.keeps.read_bytes().partition(b"\n")
            path = json.loads(head)
        except (OSError, ValueError):
            return None
        return _Kept(Path(path) if path else None, data)


def stamp_of(path: Path | None) -> Stamp:
    """What tells that a file was changed; the last time of these cannot be set back."""
    try:
        found = path.stat() if path else None
    except (OSError, ValueError):
        return None
    if found is None:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size
