"""Jobs as the store gives them, and what they remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from qubecb.jobs import Job
from qubecb.jobs.ids import JobId


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A job as it is stored, before the event at hand."""

    job: Job
    #: The configuration it is bound to (`Binding.id`). None: not bound yet, so no callbacks are
    #: attached to it until its own next event binds it.
    binding: int | None
    #: The sequence of the event with which it was first seen, or submitted again. Older events
    #: do not count for this job.
    since: int
    #: Set only when its `removed` event is planned: until then its `removed` callbacks are still
    #: to come.
    removed: bool = False


@dataclass(frozen=True, slots=True)
class ProgressKey:
    """Whose memory: an `&&` trigger's satisfied event specs, per job and mapping."""

    job: JobId
    directory: str
    file: str
    trigger: str


#: What a job remembers of an `&&` trigger: the satisfied event specs in canonical form, each with
#: the sequence of the event that satisfied it first; None as in `Satisfied`.
Memory: TypeAlias = Mapping[str, int | None]
