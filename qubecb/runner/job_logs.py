"""Adds output to jobs' `.cb` logs in a thread: their folder may be on a slow file system."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import SimpleQueue

from qubecb.runner.outcome import Output
from qubecb.runner.output import add_to_job_log

#: Outputs waiting; more are left out, since the output is kept with the run anyway.
MOST_WAITING = 1000


class JobLogs:
    """A thread that appends, or nothing where no log path is known."""

    def __init__(self, root: Path | None) -> None:
        #: The folder of job logs, or None for nowhere.
        self.root = root
        self._waiting: SimpleQueue[tuple[int, Output] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def add(self, job: int, output: Output) -> None:
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
