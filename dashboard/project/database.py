"""The database, from QUBECB_DATABASE_URL or SQLite in the data directory."""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from qubecb.errors import ConfigurationError

#: Durable means on disk (FULL), readers never wait for writers (WAL).
SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=4000;"
)

#: PostgreSQL: how soon either end takes the other one to be gone, also inside a transaction.
#: `tcp_user_timeout` (milliseconds) is for what was sent, when keepalives rest.
STEADY = {
    "connect_timeout": "3",
    "keepalives_idle": "2",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "5000",
    "idle_in_transaction_session_timeout": "10s",
}

_FORM = (
    "QUBECB_DATABASE_URL must be postgresql://user:password@host:port/name; write what is"
    " neither letter nor digit in user and password as %XX: %23 for #, %2F for /, %40 for @"
)


def sqlite(file: Path) -> dict[str, Any]:
    """SQLite as Django wants it. Every write transaction begins IMMEDIATE: a deferred one
    fails with "database is locked" whatever the timeout.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": SQLITE_START,
        },
    }


def database(url: str | None, data: Path) -> dict[str, Any]:
    """Read the URL; raises ConfigurationError that does not repeat it, for its password."""
    if not url:
        return sqlite(data / "qubecb.sqlite3")
    try:
        parts = urlsplit(url)
        port = parts.port or ""
    except ValueError:
        raise ConfigurationError(_FORM) from None
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ConfigurationError(_FORM)
    return {
        "ENGINE": "dashboard.project.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": {
            **STEADY,
            "application_name": application_name(sys.argv),
            **dict(parse_qsl(parts.query)),
        },
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def application_name(arguments: list[str]) -> str:
    """Give by which name a database's administrator sees this process: `qubecb:work@host`."""
    program, *commands = arguments
    is_ours = Path(program).name == "manage.py" and commands
    return f"qubecb:{commands[0] if is_ours else 'python'}@{socket.gethostname()}"[:63]
