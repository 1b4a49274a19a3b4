"""A site in a few lines: a callback directory, events, and a worker's hands."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dashboard.models import Run
from dashboard.project.environment import Environment
from dashboard.store.configuration.editing import observe_all
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.intake.acceptance import accept
from dashboard.store.runs.store import OrmRuns
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.events import parse_event
from qubecb.jobs.ids import JobId
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome, Output, RunState

WORKER = "host:1:1"
_ids = itertools.count(1)


class Site:
    """Callbacks in one directory, and everything that happens to them."""

    def __init__(self, data: Path, settings: Any) -> None:
        self.directory = data / "callback"
        self.directory.mkdir()
        settings.DATA = data
        settings.ENVIRONMENT = Environment(
            {
                "QUBECB_CALLBACK_PATH": str(self.directory),
                "QUBECB_QB_CONF": str(data / "no-qb.conf"),
            }
        )
        self.dispatcher = Dispatcher(OrmStore(), DispatchSettings(), time.time)
        self.store = OrmRuns(concurrency=8)

    def write(self, configuration: str) -> None:
        """Put a callbacks.conf on disk (`\\udcff` is the byte FF), and let it be noticed."""
        (self.directory / "callbacks.conf").write_text(
            configuration, errors="surrogateescape"
        )
        observe_all()

    def key(self, file: str) -> MappingKey:
        """The mapping of a file."""
        return MappingKey(str(self.directory), file)

    def send(self, spec: str, job: JobId = 7, **fields: Any) -> str:
        """Accept an event and plan it; give its id."""
        identity = self.take_in(spec, job, **fields)
        self.dispatcher.step()
        return identity

    def take_in(self, spec: str, job: JobId = 7, **fields: Any) -> str:
        """Accept an event; give its id."""
        name, kind, *extra = spec.split("-", 2)
        sent = {"name": name, "type": kind, "job": {"id": job, **fields}}
        sent |= {"extra": extra[0]} if extra else {}
        identity = f"event-{next(_ids)}"
        accept([parse_event({"id": identity, **sent}, time.time())], source="emit")
        return identity

    def claim(
        self, free: int = 8, running: Mapping[MappingKey, int] | None = None
    ) -> Sequence[Order]:
        """Claim runs as a worker does."""
        return self.store.exchange(WORKER, [], free, running or {})

    def record(self, *outcomes: Outcome) -> None:
        """Record outcomes as a worker does."""
        self.store.exchange(WORKER, outcomes, 0, {})

    def states(self) -> list[str]:
        """The states of all runs in order."""
        return list(Run.objects.order_by("id").values_list("state", flat=True))


def ended(
    order: Order, state: RunState = RunState.SUCCEEDED, text: bytes = b"", **more: Any
) -> Outcome:
    """An outcome of a run that took a quarter of a second."""
    now = time.time()
    told: dict[str, Any] = {
        "reason": "",
        "exit": 0,
        "started_at": now - 0.25,
        "ended_at": now,
        "output": Output(head=text, total=len(text)),
        **more,
    }
    return Outcome(run_id=order.run_id, state=state, **told)
