"""Universal callbacks for Qube render farms."""

from __future__ import annotations

__version__ = "0.1.0"
