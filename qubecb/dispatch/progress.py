"""Remembers which event specs of an `&&` trigger a job has already satisfied."""

from __future__ import annotations

from collections.abc import Mapping, Set

from qubecb.dispatch.index import IndexedMapping
from qubecb.dispatch.ports import ProgressKey
from qubecb.dispatch.verdict import becomes_true

NONE: frozenset[str] = frozenset()


class Progress:
    """The memory of the jobs of a batch; what changed is stored at its end."""

    def __init__(self, stored: Mapping[ProgressKey, frozenset[str]]) -> None:
        self._jobs: dict[int, dict[ProgressKey, frozenset[str]]] = {}
        self._changed: dict[int, dict[ProgressKey, frozenset[str]]] = {}
        for key, specs in stored.items():
            self._jobs.setdefault(key.job, {})[key] = specs

    def fires(self, job: int, mapping: IndexedMapping, specs: Set[str]) -> bool:
        """Take the specs that an event satisfies; tell whether the trigger is now true.

        A true trigger fires once and its memory is cleared.
        """
        if not mapping.trigger.needs_memory:
            return becomes_true(mapping.trigger, specs, NONE)
        key = progress_key(job, mapping)
        before = self._before(key)
        fires = becomes_true(mapping.trigger, specs, before)
        after = NONE if fires else before | specs
        if after != before:
            self._jobs.setdefault(job, {})[key] = after
            self._changed.setdefault(job, {})[key] = after
        return fires

    def would_fire(
        self, job: int, mapping: IndexedMapping, specs: Set[str], fresh: bool
    ) -> bool:
        """Tell the same and remember nothing; `fresh`: as for a job that begins."""
        key = progress_key(job, mapping)
        before = NONE if fresh else self._before(key)
        return becomes_true(mapping.trigger, specs, before)

    def _before(self, key: ProgressKey) -> frozenset[str]:
        return self._jobs.get(key.job, {}).get(key, NONE)

    def forget(self, job: int) -> None:
        """Forget a job that is removed or submitted again; the store forgets it as well."""
        self._jobs.pop(job, None)
        self._changed.pop(job, None)

    def changes(self) -> dict[ProgressKey, frozenset[str]]:
        """Give what is to be stored."""
        return {
            key: specs
            for changed in self._changed.values()
            for key, specs in changed.items()
        }


def progress_key(job: int, mapping: IndexedMapping) -> ProgressKey:
    """Give whose memory it is."""
    key = mapping.key
    return ProgressKey(job, key.directory, key.file, mapping.trigger.text)
