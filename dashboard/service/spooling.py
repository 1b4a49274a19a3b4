"""The spool watcher: takes event files in as soon as they are there."""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.utils import timezone

from dashboard.models import SpoolProblem
from dashboard.service.inotify import Watch
from dashboard.store.database.transactions import writing
from dashboard.store.intake.spooled import Taken, accept_files
from qubecb.dispatch.spool import Spool
from qubecb.dispatch.spool_file import SpoolFile
from qubecb.errors import InvalidEvent, StoreError

logger = logging.getLogger(__name__)

#: Files read in a round, and seconds after which it looks without being woken.
PORTION = 1000
LOOK = 1.0
#: A transaction takes files until it has so many events or bytes.
MOST_EVENTS, MOST_BYTES = 1000, 4 * 1024 * 1024
#: Seconds after which a file that could not be stored is tried again.
AFTER_FAILURE = 60.0
#: Errors that stop every file, not just one.
_NOT_ITS_FAULT = (StoreError, OSError, MemoryError)


class Spooling:
    """Accepts what lies in the spool, in order of name.

    A file is removed only when its events are durably stored. After a kill between the
    two it is read again, and its events are then duplicates.
    """

    def __init__(self) -> None:
        self._spool = Spool(settings.DATA / "spool")
        self._spool.prepare()
        self._watch = Watch(self._spool.path / "new")
        #: Files that were reported: they cannot be moved away, or cannot be stored.
        self._told: set[str] = set()
        #: Read and not stored yet: files, how many events, how many bytes.
        self._taken: list[Taken] = []
        self._count = self._bytes = 0

    def turn(self) -> None:
        """Take the files that are there, or wait for new ones."""
        self._taken, self._count, self._bytes = [], 0, 0  # a turn may have failed
        names = self._spool.names(PORTION)
        trouble = [error for name in names if (error := self._look_at(name))]
        self._store()
        for name in self._spool.stuck.keys() - self._told:
            self._told.add(name)
            self._note(name, self._spool.stuck[name])
        if trouble:
            raise trouble[0]
        if len(names) < PORTION:
            self._watch.wait(LOOK)

    def _look_at(self, name: str) -> OSError | MemoryError | None:
        """Take one file, postpone it or move it aside; gives what is wrong with the machine."""
        try:
            file = self._spool.read(name)
            if file is not None:
                self._judge(file)
        except (OSError, MemoryError) as error:
            self._spool.put_off(name)
            return error
        return None

    def _judge(self, file: SpoolFile) -> None:
        try:
            events = file.events(time.time())
        except InvalidEvent as error:
            if self._spool.may_be_unfinished(file, error):
                self._spool.put_off(file.name)
            else:
                self._refuse(file.name, str(error))
        else:
            self._take(Taken(file.name, events), len(file.data))

    def _take(self, taken: Taken, size: int) -> None:
        self._taken.append(taken)
        self._count += len(taken.events)
        self._bytes += size
        if self._count >= MOST_EVENTS or self._bytes >= MOST_BYTES:
            self._store()

    def _store(self) -> None:
        """Store the files that were read; one that cannot be stored does not hold up others."""
        files = self._taken
        self._taken, self._count, self._bytes = [], 0, 0
        if not files or self._stored(files):
            return
        for file in files:
            if len(files) == 1 or not self._stored([file]):
                self._spool.put_off(file.name, AFTER_FAILURE)

    def _stored(self, files: list[Taken]) -> bool:
        try:
            accept_files(files)
        except _NOT_ITS_FAULT:
            raise
        except Exception as error:
            if len(files) == 1:
                logger.exception("the spool file %r cannot be stored", files[0].name)
                self._tell_once(files[0].name, f"it cannot be stored: {error}")
            return False
        for file in files:
            self._spool.done(file.name)
        return True

    def _refuse(self, name: str, reason: str) -> None:
        """Move it aside, with the reason beside it and on the overview."""
        self._spool.bad(name, reason)
        if name not in self._spool.stuck:
            self._note(name, reason)

    def _tell_once(self, name: str, reason: str) -> None:
        if name not in self._told:
            self._told.add(name)
            self._note(name, reason)

    def _note(self, name: str, reason: str) -> None:
        with writing():
            SpoolProblem.objects.create(
                file=_shown(name)[:300],
                reason=_shown(reason)[:1000],
                found_at=timezone.now(),
            )


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "")
