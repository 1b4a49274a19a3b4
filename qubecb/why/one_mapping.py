"""The past with one mapping only: all records of a span, and configurations without the others."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nextafter

from qubecb.backtest.past import Configured, Timeline
from qubecb.backtest.span import Hearing
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.past import Records
from qubecb.dispatch.ports.configuration import (
    Binding,
    BoundDirectory,
    MappingKey,
    Pause,
)


class OneMapping:
    """Which configuration was in force at which time, each with one mapping only."""

    def __init__(self, key: MappingKey, configured: Configured) -> None:
        self.key = key
        self._configured = configured
        self._timeline = Timeline(configured.changes())
        self._bindings: dict[int, Binding] = {}
        self.in_force_at = self._timeline.at
        self.changes_after = self._timeline.next_after
        self.binding_at = configured.binding_at

    def binding(self, binding_id: int) -> Binding:
        """Give a binding without what else it maps."""
        if binding_id not in self._bindings:
            whole = self._configured.binding(binding_id)
            own = tuple(self._only(each) for each in whole.directories)
            self._bindings[binding_id] = Binding(binding_id, own)
        return self._bindings[binding_id]

    def in_force_after(self, sequence: int) -> list[Binding]:
        """Give the configurations that were in force at a record or after it, the oldest first."""
        forces = [force for _, force in self._timeline.changes]
        ends = [*(each.after for each in forces[1:]), inf]
        wanted = zip(forces, ends, strict=True)
        names = dict.fromkeys(each.binding for each, end in wanted if end >= sequence)
        return [self.binding(each) for each in names]

    def _only(self, directory: BoundDirectory) -> BoundDirectory:
        mine = directory.directory == self.key.directory
        found = (each for each in directory.mappings if each.file == self.key.file)
        own = tuple(found) if mine else ()
        return BoundDirectory(directory.directory, directory.revision, own)


class PastOfOne:
    """Implements Past, without pauses and disabled languages: runs tell what was kept back."""

    def __init__(self, mapping: OneMapping, records: Records, hearing: Hearing) -> None:
        self._mapping = mapping
        self._hearing = hearing
        self.records = records.records
        self.of_timers = records.of_timers
        self.previous = records.previous
        self.told_after = records.told_after
        self.in_force_at = mapping.in_force_at
        self.binding_at = mapping.binding_at
        self.binding = mapping.binding

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return ()

    def flags_at(self, time: float) -> QubConf:
        return QubConf()

    def same_until(self, time: float) -> float:
        if self._hearing.times:
            return time
        return nextafter(self._mapping.changes_after(time), -inf)
