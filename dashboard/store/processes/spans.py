"""Spans of time in which each process was alive, with its version; the gaps between them."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from dashboard.models import ProcessSpan
from dashboard.store.database.transactions import writing
from qubecb import __version__

#: Seconds without a sign of life after which a process was silent.
PATIENCE = 8.0


def since_boot() -> float:
    """Seconds since boot, which nobody can set; with the time asleep, if the kernel counts it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def process_name() -> str:
    """A name that no other process ever has: host, pid, the time and a random number.

    Containers and copies of a machine share the first three.
    """
    host, pid, start = socket.gethostname()[:60], os.getpid(), int(time.time())
    return f"{host}:{pid}:{start}:{secrets.token_hex(4)}"


@dataclass
class Span:
    """The span of time in which this process is alive. Takes its name and kind."""

    process: str
    kind: str
    clock: Callable[[], float] = since_boot
    _span: ProcessSpan | None = field(default=None, init=False)
    _signed: float = field(default=0.0, init=False)

    def sign(self) -> None:
        """Extend the span; after a silence, or if the clock was set back, begin a new one."""
        with writing():
            now, at, span = timezone.now(), self.clock(), self._span
            if span and at - self._signed <= PATIENCE and now >= span.last_at:
                known = ProcessSpan.objects.filter(pk=span.pk).update(last_at=now)
                span = span if known else None
            else:
                span = None
            span = span or self._begin(now)
        span.last_at, self._span, self._signed = now, span, at

    def end(self, patience: float | None = None) -> None:
        """End the span. Takes how many seconds it may wait for other writers."""
        if self._span is not None:
            with writing(patience):
                now = timezone.now()
                mine = ProcessSpan.objects.filter(pk=self._span.pk)
                mine.update(last_at=now, ended_at=now)

    def _begin(self, now: datetime) -> ProcessSpan:
        return ProcessSpan.objects.create(
            process=self.process[:100],
            kind=self.kind,
            host=socket.gethostname()[:255],
            pid=os.getpid(),
            version=__version__,
            started_at=now,
            last_at=now,
        )


def spans_between(since: datetime, until: datetime) -> list[ProcessSpan]:
    """Give the spans that touch the time between two moments, both included, in order.

    None is known from before `kept_since(PROCESSES)`.
    """
    found = ProcessSpan.objects.filter(started_at__lte=until, last_at__gte=since)
    return list(found.order_by("started_at", "id"))


def silences(
    kind: str, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Give the times, longer than PATIENCE, in which no process of a kind gave a sign of life."""
    patience = timedelta(seconds=PATIENCE)
    heard = since
    for span in spans_between(since - patience, until + patience):
        if span.kind != kind:
            continue
        if span.started_at - heard > patience:
            yield heard, span.started_at
        heard = max(heard, span.last_at)
    if until - heard > patience:
        yield heard, until
