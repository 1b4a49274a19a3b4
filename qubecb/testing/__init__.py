"""Complete fakes of every port, shipped so that your own tests can use them."""

from __future__ import annotations

from qubecb.testing.farm import MemoryFarm
from qubecb.testing.runs import MemoryRuns

__all__ = ["MemoryFarm", "MemoryRuns"]
