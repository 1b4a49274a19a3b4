"""Adds output to jobs' `.cb` logs in a thread: their folder may be on a slow file system.

The folders below the log path belong to anybody whom the farm lets write there, and this service
may be root. So no link is followed on the way from the log path to the file, and only a regular
file with one name is written to.
"""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path
from queue import SimpleQueue

from qubecb.jobs.ids import JobId
from qubecb.runner.outcome import Output
from qubecb.runner.running.output import shown

#: Outputs waiting; more are left out, since the output is kept with the run anyway.
MOST_WAITING = 1000


class JobLogs:
    """A thread that appends, or nothing where no log path is known."""

    def __init__(self, root: Path | None) -> None:
        #: The folder of job logs, or None for nowhere.
        self.root = root
        self._waiting: SimpleQueue[tuple[JobId, Output] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def add(self, job: JobId, output: Output) -> None:
        """Have output added to the job's log, if it has a folder there."""
        if self.root is None or not output.total:
            return
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._work, name="qubecb-job-logs", daemon=True
            )
            self._thread.start()
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put((job, output))

    def close(self) -> None:
        """Write what waits, for two seconds at most."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(2.0)

    def _work(self) -> None:
        while (found := self._waiting.get()) is not None:
            if self.root is not None:
                add_to_job_log(self.root, *found)


def job_log(job: JobId) -> tuple[str, ...]:
    """The parts of a job's callback log ("Job Logs"): `job/5000/5042/5042.cb`.

    Nothing for an id that is text: Qube, whose logs these are, gives none.
    """
    if isinstance(job, str):
        return ()
    return ("job", str(job - job % 1000), str(job), f"{job}.cb")


def add_to_job_log(root: Path, job: JobId, output: Output) -> None:
    """Append a run's output where the job's log folder exists and can be written to."""
    parts = job_log(job)
    if not (output.total and parts):
        return
    try:
        descriptor = _opened(root, parts)
    except OSError:
        return
    with os.fdopen(descriptor, "wb") as log:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
            log.write(shown(output))


def _opened(root: Path, parts: tuple[str, ...]) -> int:
    """Open a file for appending, each folder on the way by itself; links are refused."""
    *folders, name = parts
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER, dir_fd=at)
            os.close(at)
            at = below
        return os.open(name, _FILE, 0o644, dir_fd=at)
    finally:
        os.close(at)


_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | os.O_NOFOLLOW
    | os.O_NONBLOCK
    | os.O_CLOEXEC
)
