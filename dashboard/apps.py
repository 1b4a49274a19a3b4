"""The Django app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """qubecb's dashboard."""

    name = "dashboard"

    def ready(self) -> None:
        import_module("dashboard.checks")
