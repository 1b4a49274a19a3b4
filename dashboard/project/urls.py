"""Every address of the service."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("dashboard.urls")),
]

handler500 = "dashboard.views.store_errors.server_error"
