"""A small site for tests: a store in memory, a dispatcher, a clock, and short ways to use them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.facts import BindingMode
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.planning import Planning
from qubecb.events import QUBE_EPOCH, Event, split_spec
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from qubecb.testing.store import MemoryStore, bound

FOLDER = "/studio/callback"
_ids = itertools.count(1)


class CountingStore(MemoryStore):
    """A store in memory whose transactions note what is used of them, and fail if told."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        #: Every method that was used, in order.
        self.used: list[str] = []
        #: Methods of a transaction that fail, each with what.
        self.failing: dict[str, Exception] = {}

    @contextmanager
    def planning(self) -> Iterator[Planning]:
        """Open one transaction and note what is asked of it."""
        with super().planning() as planning:
            yield cast(Planning, _Counting(planning, self.used, self.failing))


class _Counting:
    def __init__(
        self, planning: Planning, used: list[str], failing: dict[str, Exception]
    ) -> None:
        self._planning = planning
        self._used = used
        self._failing = failing

    def __getattr__(self, name: str) -> Any:
        self._used.append(name)
        error = self._failing.get(name)
        return _raising(error) if error else getattr(self._planning, name)


def _raising(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise error

    return fail


class Site:
    """Begins at second 1000 of Qube time with the mappings that are given."""

    def __init__(
        self,
        triggers: dict[str, str],
        binding: BindingMode = "submission",
        crowd: int = 1000,
        qb_conf: QubConf | None = None,
    ) -> None:
        self.now = 1000.0 + QUBE_EPOCH
        self.store = CountingStore(lambda: self.now)
        self.settings = DispatchSettings(
            binding=binding, crowd=crowd, qb_conf=lambda: qb_conf or QubConf()
        )
        self.edit(triggers)
        self.restart()

    def restart(self) -> None:
        """Start the dispatcher anew."""
        self.dispatcher = Dispatcher(self.store, self.settings, lambda: self.now)

    def edit(self, triggers: dict[str, str]) -> int:
        """Bring another configuration in force."""
        return self.store.configure(bound(FOLDER, triggers))

    def send(
        self, spec: str, job: int = 7, only: str | None = None, **told: Any
    ) -> int:
        """Accept an event and plan nothing; give its sequence."""
        name, kind, extra = split_spec(spec)
        event = Event(f"s{next(_ids)}", name, kind, extra, self.now, Job(job, **told))
        key = MappingKey(FOLDER, only) if only else None
        sequence = self.store.accept(event, only=key)
        assert sequence is not None
        return sequence

    def happen(self, *specs: str, job: int = 7, **told: Any) -> list[tuple[JobId, str]]:
        """Accept events and plan them; give what they fired: job and file."""
        for spec in specs:
            self.send(spec, job, **told)
        return self.plan()

    def plan(self, limit: int = 500) -> list[tuple[JobId, str]]:
        """Plan everything; give what fired: job and file."""
        before = len(self.store.runs)
        while self.dispatcher.step(limit):
            pass
        return [(run.job, run.key.file) for run in self.store.runs[before:]]

    def at(self, qube_time: float) -> list[tuple[JobId, str]]:
        """Let the clock show that time, fire what is due, and plan it."""
        self.now = qube_time + QUBE_EPOCH
        self.dispatcher.tick()
        return self.plan()
