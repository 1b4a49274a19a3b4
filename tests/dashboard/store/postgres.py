"""A PostgreSQL server for the length of a test: on a socket in a folder, no port, no password."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

#: Settings of a server whose data nobody needs after a crash.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
#: Whom PostgreSQL runs as when we are root, which it refuses.
ACCOUNT = "postgres"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs, or None when there is none."""
    found = shutil.which("initdb")
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: float(path.parts[-3]),
    )
    if places:
        return places[-1].parent
    return Path(found).resolve().parent if found else None


@contextmanager
def server(*settings: str) -> Iterator[Path]:
    """Run a server; gives the folder of its socket. Settings are written `name=value`."""
    folder = Path(mkdtemp(prefix="qubecb-postgres-"))
    try:
        make(folder)
        with running(folder, *settings, stop="immediate"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(folder: Path) -> None:
    """Make what a server needs in an empty folder."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    _run("initdb", "-D", data, "-U", "qubecb", "-A", "trust", "-N", "-E", "UTF8")


@contextmanager
def running(folder: Path, *settings: str, stop: str = "fast") -> Iterator[None]:
    """Run the server of a folder. Takes also how it is stopped, as `pg_ctl` has it."""
    data = folder / "data"
    given = " ".join(f"-c {setting}" for setting in ("listen_addresses=", *settings))
    options = f"-k {folder} {given}"
    _run("pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    try:
        yield
    finally:
        _run("pg_ctl", "-D", data, "-m", stop, "-w", "stop")


def database(folder: Path, name: str) -> str:
    """Make an empty database on the server whose socket is there; give its URL."""
    _run("createdb", "-h", folder, "-U", "qubecb", name)
    return url_of(folder, name)


def url_of(folder: Path, name: str) -> str:
    """Give the URL of a database on the server whose socket is there."""
    return f"postgresql://qubecb@/{name}?host={quote(str(folder), safe='')}"


def _run(program: str, *arguments: str | Path) -> None:
    folder = programs()
    if folder is None:
        raise FileNotFoundError(program)
    command = [str(folder / program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = [
            "setpriv",
            "--reuid",
            ACCOUNT,
            "--regid",
            ACCOUNT,
            "--init-groups",
            *command,
        ]
    subprocess.run(
        command, check=True, cwd="/", stdin=subprocess.DEVNULL, capture_output=True
    )
