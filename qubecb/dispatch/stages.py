"""Finds out why a batch cannot be planned: because of one event, or for another reason.

1. A failure while the store or the configuration is read, or while a plan is stored, is not
   the fault of an event.
2. A failure while events are judged may be the fault of one of them. It is if a neutral event,
   which goes through every stage, can be judged in its place.
3. A failure for every event is a defect of ours: no event is set aside for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from qubecb.conffile.meaning import EffectiveMapping
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.index import Indexes
from qubecb.dispatch.planning import Plan, Planner
from qubecb.dispatch.ports.configuration import Binding, BoundDirectory, InForce
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.ports.reading import Reading
from qubecb.errors import ConfigurationError
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.ids import LARGEST_ID, JobId

#: The binding of a neutral event, which no store has.
_PROBE = -1
_SUBMITTED = Event("neutral", "submit", "job", None, 0.0, Job(LARGEST_ID))
#: One mapping that fires at once and one that remembers, so that both ways are tried.
_MAPPINGS = (
    EffectiveMapping("fires.py", "submit-job-self", 1),
    EffectiveMapping("remembers.py", "submit-job-self && done-job-self", 2),
)


class Unjudged(Exception):
    """Events could not be judged; the message says why, and `__cause__` is the failure."""


def judged(
    planner: Planner,
    events: Sequence[AcceptedEvent],
    reading: Reading,
    qb_conf: QubConf,
    now: float,
) -> Plan:
    """Judge events. Raises Unjudged, or what the store, the configuration or memory raised."""
    damaged = [each.fault for each in events if each.fault]
    if damaged:
        raise Unjudged(f"it could not be planned: {damaged[0]}")
    watched = Watched(reading)
    try:
        return planner.plan(events, watched.reading, qb_conf, now)
    except (ConfigurationError, MemoryError):
        raise
    except Exception as error:
        if error is watched.failure:
            raise
        told = f"it could not be planned: {type(error).__name__}: {error}"
        raise Unjudged(told) from error


def judge_neutral(
    planner: Planner, sequence: int, reading: Reading, qb_conf: QubConf, now: float
) -> None:
    """Judge a neutral event in the place of another; raises what fails for it too."""
    anew = replace(planner, indexes=Indexes())
    neutral = AcceptedEvent(sequence, _SUBMITTED)
    anew.plan([neutral], NeutralReading(reading).reading, qb_conf, now)


class Watched:
    """The reading part of a store, which remembers its last failure."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        #: The last failure of the store.
        self.failure: Exception | None = None

    @property
    def reading(self) -> Reading:
        """This as the port that it watches."""
        return cast(Reading, self)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._reading, name)

        def watched(*arguments: Any) -> Any:
            try:
                return method(*arguments)
            except Exception as error:
                self.failure = error
                raise

        return watched


class NeutralReading:
    """What a store says for a neutral event: everything as it is, but its job is unknown.

    The configuration in force has two more mappings, which the event satisfies.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @property
    def reading(self) -> Reading:
        """This as the port that it stands for."""
        return cast(Reading, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reading, name)

    def jobs(self, ids: Collection[JobId]) -> Mapping[JobId, KnownJob]:
        return {}

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Any]:
        return {}

    def in_force(self) -> InForce:
        return InForce(_PROBE)

    def binding(self, binding_id: int) -> Binding:
        if binding_id != _PROBE:
            return self._reading.binding(binding_id)
        real = self._reading.binding(self._reading.in_force().binding)
        probe = BoundDirectory("/neutral", 0, _MAPPINGS)
        return Binding(_PROBE, (*real.directories, probe))
