"""The dispatcher decides what the oracle decides, whatever happens in whatever order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from hypothesis import HealthCheck, given, settings

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.ports.configuration import BoundDirectory, MappingKey, Pause
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.planning import Planning
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.events import Event
from qubecb.jobs import Act, Job
from qubecb.testing.store import MemoryStore, bound
from tests.core.dispatch import histories as h
from tests.core.dispatch.oracle import EPOCH, Oracle
from tests.core.dispatch.oracle_words import Config, Fired, Happening

LANGUAGES = {"py": "python", "pl": "perl"}
Flags = frozenset({"python", "perl", "qube"})


class Lived(Protocol):
    """A store as a history needs it. MemoryStore is one."""

    @property
    def events(self) -> Sequence[AcceptedEvent]:
        """Give every accepted event, numbered from 1."""

    @property
    def runs(self) -> Sequence[PlannedRun]:
        """Give every run."""

    def accept(
        self,
        event: Event,
        *,
        only: MappingKey | None = None,
        act: Act | None = None,
    ) -> int | None:
        """Accept an event or an act; give None for a duplicate."""

    def configure(self, *directories: BoundDirectory) -> int:
        """Bring a configuration in force."""

    def pause(self, pause: Pause) -> None:
        """Store a pause."""

    def resume(self, pause: Pause) -> None:
        """Take a pause back."""

    def planning(self) -> AbstractContextManager[Planning]:
        """Open one transaction."""

    def next_timer(self) -> float | None:
        """Give when the next timer is due."""


class Site:
    """A dispatcher with a store, lived through beside the oracle."""

    def __init__(
        self, live: bool, store_of: Callable[[Callable[[], float]], Lived] = MemoryStore
    ) -> None:
        self.oracle = Oracle(live)
        self.oracle.now = float(EPOCH + h.START)
        self.live = live
        self.flags = Flags
        self.sent: list[tuple[Event, MappingKey | None]] = []
        self.pauses: dict[tuple[str | None, str | None], Pause] = {}
        self.store = store_of(lambda: self.oracle.now)
        self.settings = DispatchSettings(
            binding="live" if live else "submission",
            qb_conf=lambda: QubConf(language_flags=self.flags),
            timers=2,
        )
        self.dispatcher = self.start()

    def start(self) -> Dispatcher:
        """A dispatcher that knows nothing but the store."""
        return Dispatcher(self.store, self.settings, lambda: self.oracle.now)

    def live_through(self, act: h.Act) -> None:
        """Let one thing happen to both."""
        match act:
            case h.Accept(happening):
                self.accept(happening)
            case h.Repeat(which):
                if self.sent:
                    event, only = self.sent[which % len(self.sent)]
                    assert self.store.accept(event, only=only) is None
            case h.Plan(batch, batches):
                for _ in range(batches):
                    self.plan(batch)
            case h.Edit(config):
                self.edit(config)
            case h.TogglePause(target):
                self.toggle_pause(target)
            case h.ToggleLanguage(extension):
                self.oracle.disabled ^= {extension}
                off = {LANGUAGES[each] for each in self.oracle.disabled}
                self.flags = Flags - off
            case h.Restart():
                self.dispatcher = self.start()
            case h.Wait(seconds):
                self.oracle.now += seconds
                self.tick()

    def tick(self) -> None:
        """Let both fire what is due. In which order those of one moment come is not said."""
        before = len(self.oracle.accepted)
        self.oracle.tick()
        self.dispatcher.tick()
        expected = {told_by_timer(each): each for each in self.oracle.accepted[before:]}
        made = [happening_of(each) for each in self.store.events[before:]]
        assert len(made) == len(expected)
        assert set(made) == set(expected)
        del self.oracle.accepted[before:]
        for key in made:
            self.oracle.accept(expected[key])

    def accept(self, happening: Happening) -> None:
        told: dict[str, Any] = happening.told
        event = Event(
            id=f"e{len(self.sent)}",
            name=happening.name,
            type=happening.type,
            extra=happening.extra,
            time=self.oracle.now,
            job=Job(happening.job, **told),
        )
        only = MappingKey(*happening.only) if happening.only else None
        self.sent.append((event, only))
        act = None
        if happening.verb:
            arguments = {"pgrp": 3} if happening.verb == "modify" else {}
            act = Act(happening.verb, (str(happening.job),), arguments)
        self.store.accept(event, only=only, act=act)
        self.oracle.accept(happening)

    def plan(self, batch: int) -> None:
        waiting = len(self.oracle.accepted) - self.oracle.planned
        assert self.dispatcher.step(batch) == min(batch, waiting)
        self.oracle.plan(batch)

    def edit(self, config: Config) -> None:
        folders = [
            bound(
                folder,
                {
                    file: str(tree)
                    for (where, file), tree in config.items()
                    if where == folder
                },
            )
            for folder in h.FOLDERS
        ]
        self.store.configure(*folders)
        self.oracle.configs.append(config)

    def toggle_pause(self, target: tuple[str | None, str | None]) -> None:
        self.oracle.paused ^= {target}
        if target in self.pauses:
            self.store.resume(self.pauses.pop(target))
        else:
            self.pauses[target] = Pause(*target, "held")
            self.store.pause(self.pauses[target])

    def fired(self) -> list[Fired]:
        """What the dispatcher queued, in the words of the oracle."""
        return [
            Fired(
                run.sequence,
                run.job,
                (run.key.directory, run.key.file),
                run.trigger,
                not run.suppressed,
                frozenset(run.satisfied_by),
            )
            for run in self.store.runs
        ]


def told_by_timer(happening: Happening) -> tuple[object, ...]:
    """What tells the events of timers apart."""
    each = happening
    return each.name, each.type, each.extra, each.job, each.only


def happening_of(accepted: AcceptedEvent) -> tuple[object, ...]:
    """The same of what the dispatcher accepted."""
    event, only = accepted.event, accepted.only
    where = (only.directory, only.file) if only else None
    return event.name, event.type, event.extra, event.job.id, where


def in_order(fired: list[Fired]) -> list[Fired]:
    """Sorted within each event, where the order says nothing."""
    return sorted(fired, key=lambda each: (each.number, str(each.job), each.mapping))


def compare(history: list[h.Act], site: Site) -> None:
    """Live through a history to its end, and compare what fired, for whom, how often."""
    for act in history:
        site.live_through(act)
    site.plan(len(site.oracle.accepted) + 1)
    assert in_order(site.fired()) == in_order(site.oracle.fired)


thorough = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@thorough
@given(history=h.some_with_texts(live=False))
def test_jobs_bound_at_submission_fire_what_the_oracle_fires(
    history: list[h.Act],
) -> None:
    compare(history, Site(live=False))


@thorough
@given(history=h.some_with_texts(live=True))
def test_jobs_bound_live_fire_what_the_oracle_fires(history: list[h.Act]) -> None:
    compare(history, Site(live=True))
