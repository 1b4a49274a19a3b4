"""What a run prints: a file that the run inherits, followed while it grows, then taken in.

A file and not a pipe, so that a grandchild that keeps it open blocks nobody and a page can
follow it. It is opened for appending, so that standard output, standard error and
grandchildren never overwrite each other.
"""

from __future__ import annotations

import os
from pathlib import Path

from qubecb.errors import RunnerError
from qubecb.runner.masked_reading import read_masked
from qubecb.runner.outcome import Output


class OutputFile:
    """The live output of one run. The runner holds it open until the run is over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.descriptor = os.open(
                path,
                os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW,
                0o600,
            )
        except OSError as error:
            raise RunnerError(
                f"no file for its output at {path}: {error.strerror}"
            ) from error

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return os.fstat(self.descriptor).st_size

    def taken(self, kept: int) -> Output:
        """Read what is kept: all, or the first and the last half of `kept` bytes."""
        total = self.size
        if total <= kept:
            return Output(head=read_masked(self.descriptor, 0, total), total=total)
        half = kept // 2
        head = read_masked(self.descriptor, 0, kept - half)
        return Output(head, read_masked(self.descriptor, total - half, half), total)

    def remove(self) -> None:
        """Take the file out of the folder; who has it open may go on writing to nowhere."""
        self.path.unlink(missing_ok=True)

    def empty(self) -> None:
        """Drop what left-over processes wrote, so that it takes no disk."""
        if self.size:
            os.ftruncate(self.descriptor, 0)

    def close(self) -> None:
        os.close(self.descriptor)


def shown(output: Output) -> bytes:
    """Head and tail in one, the cut marked with its length."""
    if not output.cut:
        return output.head + output.tail
    mark = f"\n[... {output.cut} of {output.total} bytes left out ...]\n"
    return output.head + mark.encode() + output.tail
