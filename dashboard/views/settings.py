"""Settings that everybody may read: qb.conf, connecting a supervisor, retention, about."""

from __future__ import annotations

import platform
import sqlite3
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard.access import by, requires
from dashboard.project.environment import SETTINGS, Setting
from dashboard.queries import settings as queries
from dashboard.store.configuration import directory_names, site
from dashboard.store.configuration.observing import catalog
from dashboard.store.configuration.site import is_configured, qb_conf, qb_conf_path
from dashboard.views.returning import only_posted
from qubecb import __version__
from qubecb.conffile.names import LANGUAGES
from qubecb.conffile.qb_conf import QubConf
from qubecb.errors import ConfigurationError

_CURL = """\
curl -X POST {address}/api/events \\
  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
  -d '{{"name": "failed", "type": "work", "extra": "7",
       "job": {{"id": 5042, "name": "shot_010", "status": "running", "user": "jo"}}}}'
"""
_SHELL = """\
cd {spool}
name=$(date +%s.%N)-5042-submit.json
echo '{{"name": "submit", "type": "job", "job": {{"id": 5042, "name": "shot_010"}}}}' > tmp/$name
mv tmp/$name new/
"""
_PACKAGES = ("django-ninja", "django-htmx", "waitress", "Pygments")


@require_safe
@requires("viewer")
def qube(request: HttpRequest) -> HttpResponse:
    """What was found in qb.conf, and which callback directories come from where."""
    conf, names = qb_conf(), directory_names.configured()
    context = {
        "conf": conf,
        "path": qb_conf_path(),
        "languages": _languages(conf),
        "directories": [
            (names.get(str(each.path), ""), each) for each in catalog().directories
        ],
        "directories_from": _directories_from(conf),
        "templates": _templates(conf),
    }
    return render(request, "settings/qube.html", context)


@requires("administrator")
@only_posted("settings")
def forget_qb_conf(request: HttpRequest) -> HttpResponse:
    """Use the present qb.conf, even if it is missing or empty."""
    try:
        site.forget_qb_conf(by(request))
    except ConfigurationError as error:
        messages.error(request, f"{error}.")
    else:
        messages.success(request, "qb.conf is used as it is from now on.")
    return redirect("settings")


@require_safe
@requires("viewer")
def connect(request: HttpRequest) -> HttpResponse:
    """How a farm sends its events: over HTTP, or by dropping files."""
    address = (settings.PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")
    context = {
        "curl": _CURL.format(address=address),
        "shell": _SHELL.format(spool=settings.DATA / "spool"),
    }
    return render(request, "settings/connect.html", context)


@require_safe
@requires("viewer")
def retention(request: HttpRequest) -> HttpResponse:
    """How long history is kept, and how far it reaches now."""
    get = settings.ENVIRONMENT.get
    context = {
        "days": get("QUBECB_RETENTION_DAYS"),
        "most_runs": get("QUBECB_RETENTION_RUNS"),
        "attached_days": get("QUBECB_ATTACHED_DAYS"),
        "progress_days": get("QUBECB_PROGRESS_DAYS"),
        "oldest": queries.oldest(),
        "database_size": _database_size(),
    }
    return render(request, "settings/retention.html", context)


@require_safe
@requires("viewer")
def about(request: HttpRequest) -> HttpResponse:
    """Versions, the data directory, and every setting as it is now."""
    context = {
        "versions": _versions(),
        "data": settings.DATA,
        "database": _database(),
        "settings": [_setting(each) for each in SETTINGS],
    }
    return render(request, "settings/about.html", context)


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A language, whether its callbacks run, and what to write if they do not."""

    name: str
    extension: str
    enabled: bool
    #: A clause: `write the line: …`.
    mend: str


def _languages(conf: QubConf) -> list[LanguageRow]:
    return [
        LanguageRow(name, extension, conf.enabled(name), conf.how_to_enable(name))
        for extension, name in LANGUAGES.items()
    ]


def _directories_from(conf: QubConf) -> str:
    """Where the callback directories are configured, in words."""
    if settings.ENVIRONMENT.get("QUBECB_CALLBACK_PATH"):
        return "from QUBECB_CALLBACK_PATH"
    if is_configured():
        return "from qb.conf" if conf.found else "Qube's default"
    return "none is configured, so the one in the data directory is used"


def _templates(conf: QubConf) -> list[tuple[str, Path, bool]]:
    """Each mail template, and whether the file is there."""
    mail = conf.mail
    named = {
        "job": mail.job_template,
        "instance": mail.subjob_template,
        "agenda item": mail.work_template,
        "license": mail.license_template,
    }
    return [(name, path, _is_file(path)) for name, path in named.items()]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _versions() -> list[tuple[str, str]]:
    """What runs here."""
    database = (
        ("SQLite", sqlite3.sqlite_version)
        if connection.vendor == "sqlite"
        else ("PostgreSQL", _postgres_version())
    )
    return [
        ("qubecb", __version__),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        database,
        *((name, version(name)) for name in _PACKAGES),
    ]


def _postgres_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        [(number,)] = cursor.fetchall()
    return str(number)


def _database() -> str:
    """Where the database is; never its password."""
    found = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return str(found["NAME"])
    return f"PostgreSQL, {found['NAME']} on {found['HOST'] or 'a local socket'}"


def _database_size() -> int | None:
    """The size of the database in bytes, as far as it can be read cheaply."""
    if connection.vendor != "sqlite":
        return None
    try:
        file = Path(str(settings.DATABASES["default"]["NAME"]))
        return sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))
    except OSError:
        return None


def _setting(setting: Setting) -> dict[str, Any]:
    """A setting as it is now; of a secret only whether it is set."""
    try:
        value = settings.ENVIRONMENT.get(setting.name)
    except ConfigurationError:
        value = None
    if setting.secret:
        shown = "set" if value else ""
    elif isinstance(value, tuple):
        shown = ", ".join(value)
    elif isinstance(value, bool):
        shown = "1" if value else "0"
    else:
        shown = "" if value is None else str(value)
    return {"name": setting.name, "value": shown, "help": setting.help}
