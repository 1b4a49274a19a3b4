"""Remembers which event specs of an `&&` trigger are satisfied for a job, and by which events."""

from __future__ import annotations

from collections.abc import Mapping, Set

from qubecb.dispatch.index import IndexedMapping
from qubecb.dispatch.ports.jobs import Memory, ProgressKey
from qubecb.dispatch.ports.runs import Satisfied
from qubecb.dispatch.verdict import becomes_true
from qubecb.jobs.ids import JobId

NOTHING: Memory = {}


class Progress:
    """The memory of a batch's jobs; changes are stored when the batch ends."""

    def __init__(self, stored: Mapping[ProgressKey, Memory]) -> None:
        self._jobs: dict[JobId, dict[ProgressKey, Memory]] = {}
        self._changed: dict[JobId, dict[ProgressKey, Memory]] = {}
        for key, memory in stored.items():
            self._jobs.setdefault(key.job, {})[key] = memory

    def fires(
        self, job: JobId, mapping: IndexedMapping, specs: Set[str], sequence: int
    ) -> tuple[Satisfied, ...] | None:
        """Add the specs that an event satisfies; give what made the trigger true, or None.

        A trigger that becomes true fires once, and its memory is cleared. Without `&&` there is
        nothing to give but an empty tuple.
        """
        if not mapping.trigger.needs_memory:
            return () if becomes_true(mapping.trigger, specs, NOTHING.keys()) else None
        key = progress_key(job, mapping)
        before = self._before(key)
        now = together(before, specs, sequence)
        fires = becomes_true(mapping.trigger, specs, before.keys())
        after = NOTHING if fires else now
        if len(after) != len(before):
            self._jobs.setdefault(job, {})[key] = after
            self._changed.setdefault(job, {})[key] = after
        return in_order(now) if fires else None

    def would_fire(
        self,
        job: JobId,
        mapping: IndexedMapping,
        specs: Set[str],
        sequence: int,
        fresh: bool,
    ) -> tuple[Satisfied, ...] | None:
        """Give the same and remember nothing; `fresh`: as for a job that begins."""
        trigger = mapping.trigger
        before = NOTHING if fresh else self._before(progress_key(job, mapping))
        if not becomes_true(trigger, specs, before.keys()):
            return None
        if not trigger.needs_memory:
            return ()
        return in_order(together(before, specs, sequence))

    def _before(self, key: ProgressKey) -> Memory:
        return self._jobs.get(key.job, {}).get(key, NOTHING)

    def forget(self, job: JobId) -> None:
        """Forget a job that is removed or submitted again; the store forgets it too."""
        self._jobs.pop(job, None)
        self._changed.pop(job, None)

    def changes(self) -> dict[ProgressKey, Memory]:
        """Give the memory that must be stored."""
        return {
            key: memory
            for changed in self._changed.values()
            for key, memory in changed.items()
        }


def together(before: Memory, specs: Set[str], sequence: int) -> Memory:
    """What is remembered after an event; of several the first event that satisfied a spec counts."""
    return {**dict.fromkeys(specs, sequence), **before}


def in_order(memory: Memory) -> tuple[Satisfied, ...]:
    """What made a trigger true, in the order of acceptance."""
    ordered = sorted(memory.items(), key=lambda item: (item[1] or 0, item[0]))
    return tuple(Satisfied(*each) for each in ordered)


def progress_key(job: JobId, mapping: IndexedMapping) -> ProgressKey:
    """Give whose memory it is."""
    key = mapping.key
    return ProgressKey(job, key.directory, key.file, mapping.trigger.text)
