"""A callbacks.conf on disk: read it, name its revision, save it over what was read."""

from __future__ import annotations

from qubecb.conffile.reading import LARGEST, digest, read
from qubecb.conffile.saving import save

__all__ = ["LARGEST", "digest", "read", "save"]
