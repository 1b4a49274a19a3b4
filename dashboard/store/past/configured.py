"""Which configuration was in force at which time, read once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from dashboard.models import InForceRecord
from dashboard.store.configuration import bindings
from qubecb.dispatch.ports.configuration import Binding, InForce

#: For a site where no configuration was ever in force.
_NONE = Binding(0, ())


class Configurations:
    """Implements Configured."""

    def __init__(self) -> None:
        rows = list(InForceRecord.objects.order_by("id"))
        self._forces = [InForce(each.binding_id, each.after) for each in rows]
        self._since = [each.created_at.timestamp() for each in rows]
        self._after = [each.after for each in self._forces]

    def changes(self) -> Sequence[tuple[float, InForce]]:
        """Give all configurations that were in force, each with its beginning, in order."""
        if not self._forces:
            return [(0.0, InForce(_NONE.id))]
        return list(zip(self._since, self._forces, strict=True))

    def binding_at(self, sequence: int) -> int:
        """Give the binding in force when an event was accepted."""
        if not self._forces:
            return _NONE.id
        return self._forces[max(0, bisect_left(self._after, sequence) - 1)].binding

    def binding(self, binding_id: int) -> Binding:
        """Give a binding by its id."""
        return bindings.binding(binding_id) if binding_id else _NONE
