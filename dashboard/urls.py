"""The dashboard's addresses, one block a page family."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboard.api import health
from dashboard.api.application import api
from dashboard.views import login

urlpatterns: list[URLPattern | URLResolver] = [
    # login and a person's own password
    path("login/", login.sign_in, name="login"),
    path("logout/", login.sign_out, name="logout"),
    path("password/", login.password, name="password"),
    # machines
    path("api/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
