"""The dashboard's addresses, one block a page family."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboard.api import health
from dashboard.api.application import api
from dashboard.views import (
    events,
    fire,
    jobs,
    login,
    overview,
    runs,
    search,
    settings,
    settings_audit,
    settings_tokens,
    settings_users,
)

urlpatterns: list[URLPattern | URLResolver] = [
    # login and a person's own password
    path("login/", login.sign_in, name="login"),
    path("logout/", login.sign_out, name="logout"),
    path("password/", login.password, name="password"),
    # overview, and what every page has
    path("", overview.overview, name="overview"),
    path("pulse/", overview.pulse, name="pulse"),
    path("search/", search.search, name="search"),
    # runs
    path("runs/", runs.runs, name="runs"),
    path("runs/replay/", runs.replay, name="runs-replay"),
    path("runs/<int:identity>/", runs.run, name="run"),
    path("runs/<int:identity>/output/", runs.run_output, name="run-output"),
    path("runs/<int:identity>/script/", runs.run_script, name="run-script"),
    path("runs/<int:identity>/cancel/", runs.cancel, name="run-cancel"),
    path("runs/<int:identity>/replay/", runs.replay_one, name="run-replay"),
    # events and jobs
    path("events/", events.events, name="events"),
    path("events/<int:sequence>/", events.event, name="event"),
    path("jobs/<int:identity>/", jobs.job, name="job"),
    # test fire
    path("fire/", fire.fire, name="fire"),
    path("fire/<int:sequence>/", fire.fired, name="fired"),
    # settings
    path("settings/", settings.qube, name="settings"),
    path("settings/connect/", settings.connect, name="settings-connect"),
    path("settings/retention/", settings.retention, name="settings-retention"),
    path("settings/about/", settings.about, name="settings-about"),
    path("settings/users/", settings_users.users, name="settings-users"),
    path("settings/users/<int:identity>/", settings_users.user, name="settings-user"),
    path(
        "settings/users/<int:identity>/password/",
        settings_users.set_password,
        name="settings-user-password",
    ),
    path(
        "settings/users/<int:identity>/active/",
        settings_users.set_active,
        name="settings-user-active",
    ),
    path("settings/tokens/", settings_tokens.tokens, name="settings-tokens"),
    path(
        "settings/tokens/<int:identity>/revoke/",
        settings_tokens.revoke,
        name="settings-token-revoke",
    ),
    path("settings/audit/", settings_audit.audit, name="settings-audit"),
    # machines
    path("api/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
