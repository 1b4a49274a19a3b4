"""The configurations of the past with one mapping only."""

from __future__ import annotations

from math import inf

from qubecb.backtest.unhindered import Configured, InForceByTime
from qubecb.dispatch.ports.configuration import Binding, BoundDirectory, MappingKey


class OneMapping:
    """Implements Forces: each configuration has this mapping at most."""

    def __init__(self, key: MappingKey, configured: Configured) -> None:
        self.key = key
        self._configured = configured
        self._forces = InForceByTime(configured.changes())
        self._bindings: dict[int, Binding] = {}
        self.in_force_at = self._forces.at
        self.changes_after = self._forces.next_after
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
        forces = [force for _, force in self._forces.changes]
        ends = [*(each.after for each in forces[1:]), inf]
        wanted = zip(forces, ends, strict=True)
        names = dict.fromkeys(each.binding for each, end in wanted if end >= sequence)
        return [self.binding(each) for each in names]

    def _only(self, directory: BoundDirectory) -> BoundDirectory:
        mine = directory.directory == self.key.directory
        found = (each for each in directory.mappings if each.file == self.key.file)
        own = tuple(found) if mine else ()
        return BoundDirectory(directory.directory, directory.revision, own)
