"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """qubecb's dashboard."""

    name = "dashboard"
