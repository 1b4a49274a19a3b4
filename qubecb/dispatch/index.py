"""Finds by look-up which event specs an event may satisfy.

It skips those that the event cannot satisfy, and decides nothing: verdict does. So the cost of an
event depends on the mappings that it satisfies, and not on how many others are configured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from qubecb.conffile.meaning import EffectiveMapping, read_trigger
from qubecb.dispatch.occurrence import Occurrence
from qubecb.dispatch.ports.configuration import Binding, MappingKey
from qubecb.dispatch.ports.reading import Reading
from qubecb.errors import ConfigurationError
from qubecb.jobs.ids import JobId
from qubecb.triggers import EventSpec, Trigger

#: Name, type, kind of context, value of context, extra.
_Key: TypeAlias = tuple[str, str, str | None, JobId | None, str | None]


@dataclass(frozen=True, slots=True, eq=False)
class IndexedMapping:
    """One mapping of a binding with its trigger read."""

    #: Its place in the binding, in the order of directories and lines.
    position: int
    key: MappingKey
    revision: int
    trigger: Trigger
    #: As it stands in callbacks.conf.
    written: EffectiveMapping


class Candidate(NamedTuple):
    """An event spec of a mapping that an event may satisfy."""

    mapping: IndexedMapping
    spec: EventSpec


@dataclass(frozen=True, slots=True)
class Interest:
    """Which events concern other jobs than their own, so that these must be read.

    Asked several times for each event, and mostly nobody has such an interest: so that is
    looked at first.
    """

    #: (name, type) that some trigger waits for in a parent.
    parents: frozenset[tuple[str, str]] = frozenset()
    #: (name, type, label) that some trigger waits for in a job of the process group.
    labels: frozenset[tuple[str, str, str]] = frozenset()
    #: (name, type, id) that some trigger waits for in one job, and the bindings that do.
    jobs: frozenset[tuple[str, str, int]] = frozenset()
    #: Types for which some trigger waits for `done`.
    done: frozenset[str] = frozenset()

    def in_parent(self, occurrence: Occurrence) -> bool:
        """Whether the event concerns the children of its job."""
        return bool(self.parents) and any(
            (name, occurrence.type) in self.parents for name in occurrence.names
        )

    def in_label(self, occurrence: Occurrence, label: str) -> bool:
        """Whether the event concerns the process group, if its job has this label."""
        return bool(self.labels) and any(
            (name, occurrence.type, label) in self.labels for name in occurrence.names
        )

    def in_job(self, occurrence: Occurrence, job: JobId) -> bool:
        """Whether the event may concern any attached job, if its job has this id.

        In a trigger an id that is text looks like a label.
        """
        if isinstance(job, str):
            return self.in_label(occurrence, job)
        return bool(self.jobs) and any(
            (name, occurrence.type, job) in self.jobs for name in occurrence.names
        )

    @classmethod
    def together(cls, interests: Iterable[Interest]) -> Interest:
        """What any of these needs."""
        each = list(interests)
        return cls(
            parents=frozenset().union(*(one.parents for one in each)),
            labels=frozenset().union(*(one.labels for one in each)),
            jobs=frozenset().union(*(one.jobs for one in each)),
            done=frozenset().union(*(one.done for one in each)),
        )


class TriggerIndex:
    """The event specs of one binding, found by name, type, context and extra."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding.id
        self._directories = binding.directories
        self.mappings = tuple(_read(binding))
        self._found: dict[_Key, list[Candidate]] = {}
        for mapping in self.mappings:
            for spec in mapping.trigger.specs:
                self._found.setdefault(_key(spec), []).append(Candidate(mapping, spec))
        specs = {spec for each in self.mappings for spec in each.trigger.specs}
        self.interest = _interest(specs)
        #: The times of each job, and those of the site with their mapping.
        self.times = tuple(spec for spec in specs if spec.is_time and spec.context)
        self.site_times = tuple(
            (mapping, spec)
            for mapping in self.mappings
            for spec in mapping.trigger.specs
            if spec.is_global and spec.moment is not None
        )

    def find(
        self, occurrence: Occurrence, kind: str | None, value: JobId | None = None
    ) -> list[Candidate]:
        """Give the event specs that an occurrence may satisfy in one context.

        Takes the kind of context (`self`, `parent`, `label`, `job`, None for the site's
        times) and its value: the label or the id of the job that the event is about.
        """
        found: list[Candidate] = []
        for name in occurrence.names:
            for extra in occurrence.extras:
                found += self._found.get(
                    (name, occurrence.type, kind, value, extra), ()
                )
        return found

    @cached_property
    def by_key(self) -> Mapping[MappingKey, IndexedMapping]:
        """The mappings by directory and file; the dispatcher does without."""
        return {each.key: each for each in self.mappings}

    def unreadable(self) -> Iterator[tuple[str, EffectiveMapping, str]]:
        """Give the mappings whose trigger an older version could read and this one cannot.

        Each with its directory and what is wrong.
        """
        for directory in self._directories:
            for mapping in directory.mappings:
                trigger = read_trigger(mapping.trigger)
                if not isinstance(trigger, Trigger):
                    yield directory.directory, mapping, trigger.message


class Indexes:
    """The indexes of the bindings in use, from one batch to the next; each is read once."""

    def __init__(self) -> None:
        self._indexes: dict[int, TriggerIndex] = {}
        self._interest: tuple[frozenset[int], Interest] = (frozenset(), Interest())

    @property
    def known(self) -> Mapping[int, TriggerIndex]:
        """Those that were read, by binding."""
        return MappingProxyType(self._indexes)

    def get(self, binding: int, reading: Reading) -> TriggerIndex:
        """Give the index of a binding, reading it if it is not known yet.

        Raises ConfigurationError if it cannot be used, which is the fault of no event.
        """
        index = self._indexes.get(binding)
        if index is None:
            index = _index_of(reading.binding(binding))
            self._indexes[binding] = index
        return index

    def interest(self, bindings: frozenset[int], reading: Reading) -> Interest:
        """Give what any of these bindings needs, and forget the indexes of all others."""
        if self._interest[0] != bindings:
            indexes = {each: self.get(each, reading) for each in sorted(bindings)}
            together = Interest.together(each.interest for each in indexes.values())
            self._indexes = indexes
            self._interest = (bindings, together)
        return self._interest[1]


def _index_of(binding: Binding) -> TriggerIndex:
    try:
        return TriggerIndex(binding)
    except Exception as error:
        message = f"what callbacks.conf said in binding {binding.id} cannot be used"
        raise ConfigurationError(
            f"{message}: {type(error).__name__}: {error}"
        ) from error


def _read(binding: Binding) -> Iterator[IndexedMapping]:
    """The mappings of a binding in order. Their triggers are known to be readable."""
    position = 0
    for directory in binding.directories:
        for mapping in directory.mappings:
            trigger = read_trigger(mapping.trigger)
            if isinstance(trigger, Trigger):
                key = MappingKey(directory.directory, mapping.file)
                yield IndexedMapping(
                    position, key, directory.revision, trigger, mapping
                )
                position += 1


def _key(spec: EventSpec) -> _Key:
    return spec.name, spec.type, spec.context_kind, spec.context_value, spec.extra


def _interest(specs: Iterable[EventSpec]) -> Interest:
    parents, labels, jobs, done = set(), set(), set(), set()
    for spec in specs:
        if spec.context_kind == "parent":
            parents.add((spec.name, spec.type))
        elif isinstance(spec.context_value, str):
            labels.add((spec.name, spec.type, spec.context_value))
        elif isinstance(spec.context_value, int):
            jobs.add((spec.name, spec.type, spec.context_value))
        if spec.name == "done":
            done.add(spec.type)
    return Interest(
        frozenset(parents), frozenset(labels), frozenset(jobs), frozenset(done)
    )
