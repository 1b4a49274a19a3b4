"""Jobs as values: their fields, what an event makes of them, what a verb makes of them."""

from __future__ import annotations

from qubecb.jobs.job import Job

__all__ = ["Job"]
