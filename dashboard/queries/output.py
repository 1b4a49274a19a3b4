"""The output of a run by offset, while it runs and afterwards.

Offsets count the bytes that the run wrote, so a reader that follows a run need not know
when it ended. Where the middle was not kept, a reader is sent from the end of the head
to the beginning of the tail, with a line that says how much is missing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import BinaryField
from django.db.models.functions import Length, Substr

from dashboard.models import Run, RunOutput
from qubecb.runner.masked_reading import read_masked
from qubecb.runner.order import MEBIBYTE
from qubecb.runner.outcome import RunState

#: Bytes given at a time.
CHUNK = 64 * 1024
#: More than is kept of any output.
LARGEST_KEPT = 64 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of output, and where the next one begins."""

    data: bytes
    start: int
    next: int
    #: Whether the run has ended and this is the last piece.
    ended: bool
    #: Bytes that the run wrote so far.
    total: int

    @property
    def headers(self) -> dict[str, str]:
        """How an answer says where to go on, and whether it is over."""
        return {
            "X-Next-Offset": str(self.next),
            "X-Ended": "true" if self.ended else "false",
        }


def read_output(run: Run, offset: int, limit: int = CHUNK) -> Chunk:
    """Give what a run wrote from an offset on, at most `limit` bytes of it."""
    ended = RunState(run.state).ended
    if not ended:
        return _live(run, max(offset, 0), limit)
    stored = _kept(run)
    if stored is None:
        return Chunk(b"", offset, offset, True, 0)
    return _stored(stored, max(offset, 0), limit)


def last_output(run: Run, limit: int = CHUNK) -> Chunk:
    """Give the end of what a run wrote so far, at most `limit` bytes of it."""
    if not RunState(run.state).ended:
        return _live(run, max(_live_size(run) - limit, 0), limit)
    stored = _kept(run)
    if stored is None:
        return Chunk(b"", 0, 0, True, 0)
    return _stored(stored, max(stored.total - limit, 0), limit)


def whole_output(run: Run, offset: int) -> Chunk:
    """Give all that was kept from an offset on; of a run that goes on, at most a mebibyte."""
    if not RunState(run.state).ended:
        return _live(run, max(offset, 0), MEBIBYTE)
    parts, total = [], offset
    while (chunk := read_output(run, total, LARGEST_KEPT)).data:
        parts.append(chunk.data)
        total = chunk.next
    return Chunk(b"".join(parts), offset, total, True, chunk.total)


@dataclass(frozen=True, slots=True)
class _Kept:
    """How much was kept of a run's output. Only the part that is asked for is read."""

    run: int
    head: int
    tail: int
    total: int

    def part(self, column: str, start: int, length: int) -> bytes:
        """Bytes of the head or the tail; none past its end, wherever a reader asks."""
        if start >= max(self.head, self.tail):  # PostgreSQL cuts by 32-bit numbers
            return b""
        found = RunOutput.objects.filter(run=self.run).values_list(
            Substr(column, start + 1, length, output_field=BinaryField()), flat=True
        )
        return bytes(found.first() or b"")


def _kept(run: Run) -> _Kept | None:
    found = RunOutput.objects.filter(run=run.pk).values_list(
        Length("head"), Length("tail"), "total"
    )
    lengths = found.first()
    return _Kept(run.pk, *lengths) if lengths else None


def _stored(kept: _Kept, offset: int, limit: int) -> Chunk:
    tail_at = kept.total - kept.tail
    missing = tail_at - kept.head
    if offset < kept.head:
        data = kept.part("head", offset, limit)
        end = offset + len(data)
        if end == kept.head and missing:
            data += _gap(missing, kept.total)
            end = tail_at
    elif offset < tail_at:
        data, end = _gap(tail_at - offset, kept.total), tail_at
    else:
        data = kept.part("tail", offset - tail_at, limit)
        end = offset + len(data)
    return Chunk(data, offset, end, end >= kept.total, kept.total)


def _gap(missing: int, total: int) -> bytes:
    return f"\n[... {missing} of {total} bytes left out ...]\n".encode()


def _live_path(run: Run) -> Path:
    folder: Path = settings.DATA / "scratch" / "output"
    return folder / str(run.pk)


def _live_size(run: Run) -> int:
    try:
        return _live_path(run).stat().st_size
    except OSError:
        return 0


def _live(run: Run, offset: int, limit: int) -> Chunk:
    """Output so far, from the file that the run writes to; empty before it started."""
    try:
        descriptor = os.open(_live_path(run), os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return Chunk(b"", offset, offset, False, 0)
    try:
        total = os.fstat(descriptor).st_size
        data = read_masked(descriptor, min(offset, total), limit)
    finally:
        os.close(descriptor)
    return Chunk(data, offset, offset + len(data), False, total)
