"""Complete fakes of every port, shipped so that your own tests can use them."""

from __future__ import annotations

from qubecb.testing.farm import MemoryFarm

__all__ = ["MemoryFarm"]
