"""The dashboard's addresses, one block a page family."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from dashboard.api import health
from dashboard.api.application import api
from dashboard.looks.addresses import JobIdInAddress
from dashboard.views import (
    absences,
    backtests,
    callbacks,
    configuration,
    events,
    fire,
    jobs,
    login,
    numbered,
    overview,
    revisions,
    run_acts,
    runs,
    saving,
    search,
    settings,
    settings_audit,
    settings_tokens,
    settings_users,
    stopping,
    times,
    triggers,
    why,
    why_spans,
)

register_converter(JobIdInAddress, "job")

urlpatterns: list[URLPattern | URLResolver] = [
    # machines: first, since addresses are tried in this order, and farms send many events
    path("api/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
    # login, a person's own password and time zone
    path("login/", login.sign_in, name="login"),
    path("login/beside/", login.beside, name="login-beside"),
    path("logout/", login.sign_out, name="logout"),
    path("password/", login.password, name="password"),
    path("times/", times.times, name="times"),
    # overview, and what every page has
    path("", overview.overview, name="overview"),
    path("pulse/", overview.pulse, name="pulse"),
    path("search/", search.search, name="search"),
    # callbacks, and stopping them
    path("callbacks/", callbacks.callbacks, name="callbacks"),
    path("callbacks/pause/", stopping.pause, name="pause"),
    path("callbacks/resume/", stopping.resume, name="resume"),
    path("callbacks/cancel/", stopping.cancel_queued, name="cancel-queued"),
    path(
        "callbacks/<int:position>/<path:rest>/",
        numbered.numbered,
        name="callback-numbered",
    ),
    path("callbacks/<str:directory>/<str:file>/", callbacks.callback, name="callback"),
    path(
        "callbacks/<str:directory>/<str:file>/script/<str:sha256>/",
        callbacks.script,
        name="callback-script",
    ),
    # configuration
    path("configuration/", configuration.first, name="configuration-first"),
    path(
        "configuration/<int:position>/",
        numbered.numbered,
        name="configuration-numbered",
    ),
    path(
        "configuration/<int:position>/<path:rest>/",
        numbered.numbered,
        name="configuration-numbered-below",
    ),
    path("configuration/<str:directory>/", configuration.show, name="configuration"),
    path(
        "configuration/<str:directory>/edit/",
        configuration.edit,
        name="configuration-edit",
    ),
    path(
        "configuration/<str:directory>/standing/",
        configuration.standing,
        name="configuration-standing",
    ),
    path(
        "configuration/<str:directory>/meaning/",
        configuration.meaning,
        name="configuration-meaning",
    ),
    path(
        "configuration/<str:directory>/review/",
        saving.review,
        name="configuration-review",
    ),
    path(
        "configuration/<str:directory>/backtest/",
        backtests.begin,
        name="configuration-backtest",
    ),
    path(
        "configuration/<str:directory>/backtest/<int:identity>/",
        backtests.show,
        name="backtest",
    ),
    path("configuration/<str:directory>/save/", saving.save, name="configuration-save"),
    path(
        "configuration/<str:directory>/merge/",
        saving.bring_together,
        name="configuration-merge",
    ),
    path(
        "configuration/<str:directory>/empty/",
        absences.declare_empty,
        name="configuration-empty",
    ),
    path(
        "configuration/<str:directory>/known/",
        absences.acknowledge_loss,
        name="configuration-known",
    ),
    path(
        "configuration/<str:directory>/revisions/",
        revisions.revisions,
        name="revisions",
    ),
    path(
        "configuration/<str:directory>/revisions/<int:identity>/",
        revisions.revision,
        name="revision",
    ),
    path(
        "configuration/<str:directory>/revisions/<int:identity>/roll-back/",
        revisions.roll_back,
        name="roll-back",
    ),
    # triggers
    path("triggers/", triggers.triggers, name="triggers"),
    path("triggers/one/", triggers.trigger, name="trigger"),
    # runs
    path("runs/", runs.runs, name="runs"),
    path("runs/replay/", run_acts.replay, name="runs-replay"),
    path("runs/<int:identity>/", runs.run, name="run"),
    path("runs/<int:identity>/output/", runs.run_output, name="run-output"),
    path("runs/<int:identity>/script/", runs.run_script, name="run-script"),
    path("runs/<int:identity>/cancel/", run_acts.cancel, name="run-cancel"),
    path("runs/<int:identity>/replay/", run_acts.replay_one, name="run-replay"),
    path("runs/<int:identity>/discard/", run_acts.discard_one, name="run-discard"),
    path("runs/<int:identity>/dismiss/", run_acts.dismiss_one, name="run-dismiss"),
    # events and jobs
    path("events/", events.events, name="events"),
    path("events/plan-again/", events.plan_again, name="events-plan-again"),
    path("events/<int:sequence>/", events.event, name="event"),
    path("jobs/<job:identity>/", jobs.job, name="job"),
    # why, and test fire
    path("why/", why.why, name="why"),
    path("why/spans/", why_spans.begin, name="why-spans"),
    path("why/spans/<int:identity>/", why_spans.show, name="why-span"),
    path("why/spans/<int:identity>/cancel/", why_spans.cancel, name="why-span-cancel"),
    path(
        "why/spans/<int:identity>/<str:step>/",
        why_spans.events,
        name="why-span-events",
    ),
    path("fire/", fire.fire, name="fire"),
    path("fire/<int:sequence>/", fire.fired, name="fired"),
    # settings
    path("settings/", settings.qube, name="settings"),
    path(
        "settings/forget-qb-conf/",
        settings.forget_qb_conf,
        name="settings-forget-qb-conf",
    ),
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
]
