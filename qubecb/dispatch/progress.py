"""Remembers which event specs of an `&&` trigger a job has already satisfied."""

from __future__ import annotations

from collections.abc import Mapping, Set

from qubecb.dispatch.index import IndexedMapping
from qubecb.dispatch.ports import ProgressKey


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
            return mapping.trigger.satisfied(specs)
        key = progress_key(job, mapping)
        before = self._before(key)
        together = before | specs
        fires = mapping.trigger.satisfied(together)
        after: frozenset[str] = frozenset() if fires else together
        if after != before:
            self._jobs.setdefault(job, {})[key] = after
            self._changed.setdefault(job, {})[key] = after
        return fires

    def would_fire(
        self, job: int, mapping: IndexedMapping, specs: Set[str], fresh: bool
    ) -> bool:
        """Tell the same and remember nothing; `fresh`: as for a job that begins."""
        if fresh or not mapping.trigger.needs_memory:
            return mapping.trigger.satisfied(specs)
        before = self._before(progress_key(job, mapping))
        return mapping.trigger.satisfied(before | specs)

    def _before(self, key: ProgressKey) -> frozenset[str]:
        return self._jobs.get(key.job, {}).get(key, frozenset())

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
