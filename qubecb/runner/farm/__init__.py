"""The farm, as callbacks see it."""

from __future__ import annotations

from qubecb.runner.farm.port import Farm, JobQuery

__all__ = ["Farm", "JobQuery"]
