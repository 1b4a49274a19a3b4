"""Complete fakes of the stores, shipped so that your own tests can use them.

A farm in memory is `qubecb.runner.farm.memory.MemoryFarm`.
"""

from __future__ import annotations

from qubecb.testing.runs import MemoryRuns

__all__ = ["MemoryRuns"]
