"""The database, from QUBECB_DATABASE_URL or SQLite in the data directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from qubecb.errors import ConfigurationError

#: Durable means on disk (FULL), readers never wait for writers (WAL).
SQLITE_START = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=4000;"
)


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
        port = parts.port or 5432
    except ValueError:
        raise ConfigurationError(_FORM) from None
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ConfigurationError(_FORM)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
