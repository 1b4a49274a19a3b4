"""Timers: times and intervals to come, and what happens when one is due.

1. A time in the past is due at once. It fires only once: the store keeps fired timers, so neither
   a restart nor a clock that was set back fires one again.
2. An interval fires at start + k * interval. All firings that were missed while nothing ran are
   made up for by one; the next is at its usual time. If the clock is set back, an interval that
   has begun goes on at its pace: it is never due more than one interval from now.
3. A job's intervals end when the job is done; all its timers are dropped when it is removed or
   submitted again.
4. A global time belongs to a mapping as it is written (directory, file and trigger) and to no
   job: it fires once, or at each interval, while the configuration in force has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from qubecb.dispatch.index import TriggerIndex
from qubecb.dispatch.ports.timers import Timer, TimerKey
from qubecb.events import QUBE_EPOCH, Event, new_event_id
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from qubecb.triggers import EventSpec


def timers_of(job: JobId, index: TriggerIndex, now: float) -> Iterator[Timer]:
    """Give the timers that a job which begins now gets from this configuration."""
    for spec in index.times:
        yield _timer(TimerKey(job, spec.name, spec.type, spec.extra or ""), spec, now)


def site_timers(index: TriggerIndex, now: float) -> Iterator[Timer]:
    """Give the timers of a configuration that belong to no job."""
    for mapping, spec in index.site_times:
        where = (mapping.key.directory, mapping.key.file, mapping.trigger.text)
        key = TimerKey(0, spec.name, spec.type, spec.extra or "", *where)
        yield _timer(key, spec, now)


def is_wanted(key: TimerKey, index: TriggerIndex) -> bool:
    """Whether this configuration still has a timer."""
    kind = None if key.directory else "self"
    return any(
        (spec.name, spec.type, spec.extra) == (key.name, key.type, key.extra)
        and spec.context_kind == kind
        for spec in _specs(key, index)
    )


def next_due(timer: Timer, now: float) -> float | None:
    """Give when a timer that fires now is due again, on its own grid; None: never."""
    if timer.interval is None:
        return None
    missed = math.floor((now - timer.due) / timer.interval)
    return timer.due + (missed + 1) * timer.interval


def pulled_back(timer: Timer, now: float) -> float:
    """Give when a timer is due after the clock was set back, on its own grid."""
    if timer.interval is None or timer.due <= now + timer.interval or _at_start(timer):
        return timer.due
    steps = math.ceil((timer.due - now) / timer.interval) - 1
    return timer.due - steps * timer.interval


def _at_start(timer: Timer) -> bool:
    """Whether an interval is due at its very start, so that it has not begun."""
    start, _, _ = timer.key.extra.partition("-")
    return timer.due == int(start) + QUBE_EPOCH


def event_of(timer: Timer, now: float) -> Event:
    """Give the event of a timer that fires now. Of the job it has only the id."""
    key = timer.key
    return Event(
        id=new_event_id(),
        name=key.name,
        type=key.type,
        extra=key.extra,
        time=now,
        job=Job(id=key.job),
    )


def _timer(key: TimerKey, spec: EventSpec, now: float) -> Timer:
    moment = spec.moment or 0
    if spec.interval is None:
        return Timer(key, float(moment))
    steps = max(0, math.ceil((now - moment) / spec.interval))
    return Timer(key, float(moment + steps * spec.interval), spec.interval)


def _specs(key: TimerKey, index: TriggerIndex) -> Iterator[EventSpec]:
    """The event specs of a configuration that a timer may come from."""
    if not key.directory:
        yield from index.times
        return
    for mapping, spec in index.site_times:
        where = (mapping.key.directory, mapping.key.file, mapping.trigger.text)
        if where == (key.directory, key.file, key.trigger):
            yield spec
