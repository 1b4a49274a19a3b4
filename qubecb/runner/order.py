"""What the runner is asked to do: one callback, for one job, because of one event."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qubecb.events import Event
from qubecb.jobs import Job

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. Seconds, bytes, counts; None means no limit."""

    timeout: float = 60.0
    #: Resident bytes of all processes of the run's session together.
    memory: int | None = 1024 * MEBIBYTE
    #: Processor seconds of the callback's own process.
    cpu: float | None = None
    #: Open files of a process.
    files: int | None = 1024
    #: Processes and threads of the run's session together.
    processes: int | None = 512
    #: Bytes of output kept, head and tail.
    output: int = MEBIBYTE
    #: Bytes of output on disk while it runs; past it the run is stopped.
    disk: int = 64 * MEBIBYTE
    nice: int = 0
    #: Seconds between SIGTERM and SIGKILL when a run is ended.
    grace: float = 2.0


@dataclass(frozen=True, slots=True)
class Order:
    """One run to be started, once."""

    run_id: str
    directory: Path
    file: str
    event: Event
    #: The job whose callback it is (`qb.jobid()`), not always the one the event is about.
    job: Job
    limits: Limits = Limits()
    #: The trigger of its mapping, as written; empty for a script that no mapping names.
    trigger: str = ""
    #: A simulation or a test fire: QUBECB_TEST=1.
    test: bool = False
    #: A simulation: actions are noted, not applied. Test fires that are live apply them.
    simulate: bool = False
    #: A live test fire of one mapping: nothing of its event is stored of any job.
    beside: bool = False
    #: How many actions led from a source's event to this run; see CascadeTooDeep.
    depth: int = 0


def subid(order: Order) -> int:
    """The instance that the event is about, or -1."""
    event = order.event
    return int(event.extra or -1) if event.type == "subjob" else -1


def workid(order: Order) -> str | None:
    """The agenda item that the event is about, `jobid:name`, or None."""
    event = order.event
    if event.type != "work" or event.extra is None:
        return None
    return f"{event.job.id}:{event.extra}"
