"""The spool watcher: takes event files in as soon as they are there."""

from __future__ import annotations

import time

from django.conf import settings
from django.utils import timezone

from dashboard.models import SpoolProblem
from dashboard.service.inotify import Watch
from dashboard.store.acceptance import accept
from dashboard.store.transactions import writing
from qubecb.dispatch.spool import Spool, SpoolFile
from qubecb.errors import InvalidEvent

#: Files taken at a time, and seconds after which it looks without having heard anything.
PORTION = 100
LOOK = 1.0


class Spooling:
    """Accepts what lies in the spool, in order of name.

    A file is removed only when its events are durably stored; whoever is killed between the
    two meets it again, and its events are then duplicates.
    """

    def __init__(self) -> None:
        self._spool = Spool(settings.DATA / "spool")
        self._spool.prepare()
        self._watch = Watch(self._spool.path / "new")
        #: Files that cannot be moved away and were told of.
        self._told: set[str] = set()

    def turn(self) -> None:
        """Take what is there, or wait for something to come."""
        files = self._spool.take(PORTION)
        for file in files:
            self._take(file)
        for name in self._spool.stuck.keys() - self._told:
            self._told.add(name)
            self._note(name, self._spool.stuck[name])
        if len(files) < PORTION:
            self._watch.wait(LOOK)

    def _take(self, file: SpoolFile) -> None:
        try:
            accept(file.events(time.time()), source="spool", actor=file.name[:150])
        except InvalidEvent as error:
            self._refuse(file, str(error))
            return
        self._spool.done(file)

    def _refuse(self, file: SpoolFile, reason: str) -> None:
        """Move it aside, with the reason beside it and on the overview."""
        self._spool.bad(file, reason)
        if file.name not in self._spool.stuck:
            self._note(file.name, reason)

    def _note(self, name: str, reason: str) -> None:
        with writing():
            SpoolProblem.objects.create(
                file=_shown(name)[:300],
                reason=_shown(reason)[:1000],
                found_at=timezone.now(),
            )


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "")
