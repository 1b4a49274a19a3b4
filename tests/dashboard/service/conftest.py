"""The same site as the store's tests have."""

from __future__ import annotations

from tests.dashboard.store.conftest import site

__all__ = ["site"]
