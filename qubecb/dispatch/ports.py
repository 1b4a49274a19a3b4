"""What dispatch and runner need of a store. The ORM keeps these; so does qubecb.testing.

Guarantees that every store gives:

1. Acceptance is durable before it is answered.
2. `Planning` is one transaction: its events are planned with all that follows, or not at all.
3. A claimed run is durably `running` before the claim returns, so that a run is started at
   most once, whatever dies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from qubecb.conffile.meaning import EffectiveMapping
from qubecb.events import TIME_TYPES, Event
from qubecb.jobs import Act, Job


@dataclass(frozen=True, slots=True)
class MappingKey:
    """Which mapping: callback directory (absolute path) and file."""

    directory: str
    file: str


@dataclass(frozen=True, slots=True)
class AcceptedEvent:
    """A record: an event, or a change by a verb, or both.

    `sequence` is the order of acceptance, which decides.
    """

    sequence: int
    event: Event
    #: api, spool, fire, emit, farm (an action's consequence) or timer.
    source: str = "api"
    #: How many actions led here from a source's event.
    depth: int = 0
    #: A live test fire or a global time may be meant for one mapping only; no other
    #: mapping fires, and no other mapping's memory changes.
    only: MappingKey | None = None
    test: bool = False
    #: It was set aside, and is planned now at its own place in the order.
    again: bool = False
    #: Why its row cannot be read, or nothing; then its event is as much as could be read.
    fault: str = ""
    #: What a verb does to the event's job. The event is what that means; one without a name
    #: means nothing: it matches no trigger and is the `previous` of no event.
    act: Act | None = None

    @property
    def beside(self) -> bool:
        """Whether it is a test fire of one mapping, which stands beside what is real.

        Its mapping is judged as if it had happened, and that is all: no job, memory, binding
        or timer changes, and it is the `previous` of no event.
        """
        return self.only is not None and self.event.type not in TIME_TYPES


@dataclass(frozen=True, slots=True)
class KnownJob:
    """A job as it is stored, before the event at hand."""

    job: Job
    #: The configuration it is bound to (`Binding.id`), or None for not yet bound: then
    #: nothing is attached to it before its own next event binds it.
    binding: int | None
    #: The sequence of the event with which it was first seen, or submitted again. Nothing
    #: from before it counts for this job.
    since: int
    #: Set by the planning of its `removed` event and by nothing else: until then its
    #: `removed` callbacks are still to come.
    removed: bool = False


@dataclass(frozen=True, slots=True)
class BoundDirectory:
    """One directory's part of a binding: the revision's effective mappings."""

    directory: str
    revision: int
    mappings: tuple[EffectiveMapping, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """The revisions, one a directory, that a job's callbacks come from. Immutable by id."""

    id: int
    directories: tuple[BoundDirectory, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """Which configuration is in force now, and from where in the order of acceptance."""

    binding: int
    #: The highest sequence accepted before it came in force, 0 for none: it is the
    #: configuration of events after that one.
    after: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Stops a callback; `file` None: its directory; both None: everything."""

    directory: str | None
    file: str | None
    reason: str
    #: Unix seconds, or None for until somebody resumes it.
    until: float | None = None
    #: What the store calls it: it names a pause, and is nothing of what it means.
    id: int | None = field(default=None, compare=False)

    def covers(self, key: MappingKey, now: float) -> bool:
        """Whether this pause stops the callback at that moment."""
        return (
            self.directory in (None, key.directory)
            and self.file in (None, key.file)
            and (self.until is None or now < self.until)
        )


class Satisfied(NamedTuple):
    """An event spec of an `&&` trigger, and the event that satisfied it first, by its sequence.

    None: an event from before this was remembered; nobody knows which.
    """

    spec: str
    sequence: int | None


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run to be queued, or kept as suppressed with the reason."""

    sequence: int
    job: int
    key: MappingKey
    trigger: str
    #: Whose effective mapping also says which settings (timeout, memory, …) it asks for.
    revision: int
    suppressed: str = ""
    #: The pause that keeps it back (`Pause.id`), if one does.
    pause: int | None = field(default=None, compare=False)
    #: Of an `&&` trigger: which event satisfied which event spec, in order.
    satisfied_by: tuple[Satisfied, ...] = ()


@dataclass(frozen=True, slots=True)
class Previous:
    """The event before another one of the same job, type and extra."""

    sequence: int
    name: str


@dataclass(frozen=True, slots=True)
class ProgressKey:
    """Whose memory: an `&&` trigger's satisfied event specs, per job and mapping."""

    job: int
    directory: str
    file: str
    trigger: str


#: What a job remembers of an `&&` trigger: its satisfied event specs, canonical, each with the
#: sequence of the event that satisfied it first; None as in `Satisfied`.
Memory: TypeAlias = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class TimerKey:
    """One moment or interval to come. Per job; for globals per mapping, with job 0."""

    job: int
    #: The event that it makes: name, type and extra.
    name: str
    type: str
    extra: str
    directory: str = ""
    file: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer is due (Unix seconds) and its interval in seconds, or None: once."""

    key: TimerKey
    due: float
    interval: int | None = None


class Reading(Protocol):
    """What has to be known to judge events. It changes nothing."""

    def jobs(self, ids: Collection[int]) -> Mapping[int, KnownJob]:
        """Give the stored jobs among these ids, removed ones included."""

    def children(self, parents: Collection[int]) -> Sequence[KnownJob]:
        """Give the attached jobs whose parent is one of these."""

    def groups(self, pgrps: Collection[int]) -> Sequence[KnownJob]:
        """Give the attached jobs of these process groups."""

    def attached(self, bindings: Collection[int]) -> Sequence[KnownJob]:
        """Give every attached job that is bound to one of these bindings."""

    def bindings_in_use(self) -> Collection[int]:
        """Give the ids of all bindings that attached jobs are bound to; more do no harm."""

    def in_force(self) -> InForce:
        """Give which configuration is in force; there always is one, maybe an empty one."""

    def binding_at(self, sequence: int) -> int:
        """Give the id of the binding in force when that event was accepted.

        The oldest binding there is when none was in force yet. Asked for new jobs only, and
        only when the event is not after `in_force().after`.
        """

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id. The dispatcher keeps it: it asks once for each id."""

    def previous(self, events: Sequence[AcceptedEvent]) -> Mapping[int, Previous]:
        """Give by sequence, for each of these events, the last one before it, if any.

        Before: the highest sequence below its own with the same job, type and extra,
        planned or not, whatever its name. One that stands `beside`, or has no name, is never
        meant.
        """

    def later(
        self, events: Sequence[AcceptedEvent]
    ) -> Mapping[int, Sequence[AcceptedEvent]]:
        """Give by sequence, for each of these events, what its job was told after it, in order.

        Later: planned, of the same job, with a higher sequence; neither times nor what stands
        `beside`. Asked for events that were set aside (`again`) only.
        """

    def pauses(self) -> Sequence[Pause]:
        """Give the pauses that have not ended."""

    def progress(self, jobs: Collection[int]) -> Mapping[ProgressKey, Memory]:
        """Give the memory of these jobs."""


class Planning(Reading, Protocol):
    """One planning transaction of the dispatcher. Reads see what was written in it."""

    def take(self, limit: int) -> Sequence[AcceptedEvent]:
        """Give the oldest accepted events neither planned nor set aside, in order of sequence.

        They are found by state. A row that cannot be read is given with its `fault`.
        """

    def ready(self, events: Sequence[AcceptedEvent]) -> Sequence[AcceptedEvent]:
        """Give the first of these that one transaction plans without holding up others.

        None of them when the first one is an act that changes very many items: then a
        portion of these is changed instead, and it is ready when few are left.
        """

    def save_jobs(
        self, jobs: Iterable[KnownJob], events: Iterable[AcceptedEvent]
    ) -> None:
        """Store jobs as they are now; each has had an event, so it is attached from now on.

        `events` are those that the jobs had, in order, so that their items and instances can
        follow; an act that the job was in no state for is not among them. A job whose `since`
        is higher than the stored one's begins afresh: its items and instances of before go,
        and events before its `since` change nothing.
        """

    def save_progress(self, changes: Mapping[ProgressKey, Memory]) -> None:
        """Store memory; an empty one forgets."""

    def forget_jobs(self, jobs: Collection[int]) -> None:
        """Drop memory and timers, fired ones too: these jobs are removed or submitted again.

        Called before the memory and timers of the same batch are stored.
        """

    def add_timers(self, timers: Iterable[Timer]) -> None:
        """Store timers; one whose key was stored before stays as it is, fired or not."""

    def end_repeats(self, jobs: Collection[int]) -> None:
        """End the timers of type `repeat` of these jobs: kept like fired ones, never due."""

    def drop_timers(self, keys: Iterable[TimerKey]) -> None:
        """Drop timers that no configuration asks for any more; they may be added again."""

    def due_timers(self, now: float, limit: int) -> Sequence[Timer]:
        """Give timers that are due, the earliest first: `due` is not after `now`."""

    def pull_back_repeats(self, now: float) -> None:
        """Make every interval that has begun due after one more interval at most.

        One that is due at its very start has not begun. Each stays on its own grid.
        """

    def fire_timer(self, timer: Timer, event: Event, next_due: float | None) -> None:
        """Accept the event (source `timer`); set when it is due next, None: never again.

        A timer with a directory is meant for that mapping only (`AcceptedEvent.only`).
        """

    def queue(self, runs: Iterable[PlannedRun]) -> None:
        """Store runs, queued or suppressed."""

    def planned(
        self, events: Iterable[AcceptedEvent], remarks: Mapping[int, str]
    ) -> None:
        """Mark events as planned; remarks by sequence are shown with them."""

    def set_aside(self, reasons: Mapping[int, str]) -> None:
        """Keep events that cannot be judged until somebody lets them be planned again.

        Takes why, by sequence. They are neither waiting nor planned.
        """


class DispatchStore(Protocol):
    """Where the dispatcher works."""

    def planning(self) -> AbstractContextManager[Planning]:
        """Open one durable write transaction."""

    def next_timer(self) -> float | None:
        """Give when the next timer is due (Unix seconds), or None."""
