"""A throwaway PostgreSQL server, where its programs are to be had."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.installation import Installation, free_port


@dataclass(slots=True)
class OnPostgres(Installation):
    """An installation whose database is on a PostgreSQL server."""

    @contextlib.contextmanager
    def database(self) -> Iterator[Any]:
        """A connection of our own."""
        import psycopg

        url = self.settings["QUBECB_DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as database:
            yield database

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Read the database from outside, beside whoever works on it."""
        with self.database() as database:
            found: list[Any] = database.execute(statement, values or None).fetchall()
            return found


@contextlib.contextmanager
def server(folder: Path) -> Iterator[Callable[[str], str] | None]:
    """Run a server with default settings below a folder; None where there is none to be had.

    Gives what makes a database of a name, and gives its URL.

    PostgreSQL refuses to run as root: then it runs as the user `postgres`.
    """
    programs = _programs()
    if programs is None:
        print("PostgreSQL is not installed; skipped")
        yield None
        return
    user = "postgres" if os.geteuid() == 0 else None
    folder.mkdir()
    if user:
        shutil.chown(folder, user, user)
        for parent in folder.parents[:-1]:
            parent.chmod(parent.stat().st_mode | 0o011)
    data, port = folder / "data", free_port()
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "qubecb", "-A", "trust", "-E", "UTF8"],
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    running = subprocess.Popen(
        [
            *(programs / "postgres", "-D", data, "-p", str(port), "-k", folder),
            *("-c", "listen_addresses=127.0.0.1"),
        ],
        user=user,
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = ["-h", "127.0.0.1", "-p", str(port), "-U", "qubecb"]
        while subprocess.run(
            [programs / "pg_isready", *address, "-q"], check=False
        ).returncode:
            time.sleep(0.1)

        def make(name: str) -> str:
            subprocess.run([programs / "createdb", *address, name], check=True)
            return f"postgresql://qubecb@127.0.0.1:{port}/{name}"

        yield make
    finally:
        running.terminate()
        running.wait()


def _programs() -> Path | None:
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    path = str(found[-1]) if found else shutil.which("postgres")
    return Path(path).resolve().parent if path else None
