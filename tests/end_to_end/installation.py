"""One installation of the service as a site has it: real processes on a data directory.

Used by the tests of this folder and by the programs in `bench/`.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qubecb.dispatch.spool import Spool

REPOSITORY = Path(__file__).resolve().parents[2]
MANAGE = REPOSITORY / "manage.py"
#: manage.py with a database that is full or soon gives up waiting; see there.
LIMITED = Path(__file__).with_name("limited.py")
#: Seconds after which a condition will not come true any more, on the slowest machine.
PATIENCE = 240.0
_LOOK = 0.02
#: Variables that would change how Python writes its output and its bytecode.
_FOREIGN = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the web process answered; status 0 when it did not."""

    status: int
    body: Any = None


@dataclass(slots=True)
class Installation:
    """A fresh data directory below `root`, with these scripts and mappings."""

    root: Path
    scripts: Mapping[str, str]
    mappings: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    token: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    #: What is run as `web` and `work`.
    program: Path = MANAGE

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.root / "data"

    @property
    def callbacks(self) -> Path:
        """The callback directory."""
        return self.root / "callback"

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the installation sees."""
        own = {
            "QUBECB_DATA": str(self.data),
            "QUBECB_CALLBACK_PATH": str(self.callbacks),
            "QUBECB_QB_CONF": str(self.root / "no-qb.conf"),
            "QUBECB_BIND": f"127.0.0.1:{self.port}",
        }
        clean = {
            name: value
            for name, value in os.environ.items()
            if name not in _FOREIGN and not name.startswith("QUBECB_")
        }
        return {**clean, **own, **self.settings}

    def prepare(self) -> None:
        """Write the callback directory, make the database and a token for sending."""
        self.data.mkdir(parents=True)
        self.callbacks.mkdir()
        for name, text in self.scripts.items():
            (self.callbacks / name).write_text(text, encoding="utf-8")
        lines = [f"{file} = {trigger}\n" for file, trigger in self.mappings.items()]
        (self.callbacks / "callbacks.conf").write_text("".join(lines))
        self.port = self.port or free_port()
        self.manage("migrate", "--verbosity", "0")
        self.token = self.manage("token", "create", "farm", "--right", "operator")

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end; give what it printed."""
        done = subprocess.run(
            [sys.executable, str(MANAGE), *arguments],
            env=self.environment,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=True,
        )
        return done.stdout.decode().strip()

    # Processes.

    def start(self, part: str, **limits: str) -> None:
        """Start `web` or `work` and return at once; limits are those of limited.py."""
        program = LIMITED if limits else self.program
        with (self.root / f"{part}.log").open("ab") as log:
            self.processes[part] = subprocess.Popen(
                [sys.executable, str(program), part],
                env={**self.environment, **limits},
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self, part: str) -> None:
        """Kill `web` or `work` as nobody could prevent, and see it dead."""
        self.processes[part].kill()
        self.processes[part].wait()

    def stop(self, part: str, seconds: float = PATIENCE) -> int:
        """Ask it to end, as a service manager does; give its exit status."""
        self.processes[part].send_signal(signal.SIGTERM)
        return self.processes[part].wait(seconds)

    def close(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        wait_until(lambda: not self.left(), "nothing is left running")

    def left(self) -> list[int]:
        """Processes that still belong to this installation: they work below its folder."""
        return [pid for pid in pids() if _works_below(pid, self.root)]

    def is_up(self) -> bool:
        """Whether the web process answers, and events are dispatched and runs started."""
        return self.ask("GET", "/healthz").status == 200

    # Doors.

    def ask(self, method: str, path: str, data: object = None) -> Answer:
        """Send one request over a connection of its own."""
        with contextlib.closing(self.connect(PATIENCE)) as connection:
            return self.ask_over(connection, method, path, data)

    def connect(self, seconds: float) -> http.client.HTTPConnection:
        """A connection that can be used for many requests."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)

    def ask_over(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        data: object = None,
    ) -> Answer:
        """Send one request over a connection; status 0 when there was no whole answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        body = None if data is None else json.dumps(data).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, _read(answer.read()))
        except (OSError, http.client.HTTPException):
            connection.close()
            return Answer(0)

    def post(self, data: object) -> Answer:
        """Send an event or a list of them."""
        return self.ask("POST", "/api/events", data)

    def drop(self, name: str, data: object) -> None:
        """Put a file into the spool, as another program on the farm would."""
        spool = Spool(self.data / "spool")
        spool.prepare()
        spool.drop(name, json.dumps(data).encode())

    # What is stored.

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Read the database from outside, beside whoever works on it."""
        with self.database() as database:
            return database.execute(statement, values).fetchall()

    def value(self, statement: str, values: Sequence[object] = ()) -> Any:
        """The first column of the first row."""
        return self.rows(statement, values)[0][0]

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """A connection of our own."""
        path = self.data / "qubecb.sqlite3"
        with contextlib.closing(
            sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        ) as database:
            yield database


@contextlib.contextmanager
def web_alone(root: Path, **limits: str) -> Iterator[Installation]:
    """A web process, and nothing behind it."""
    site = Installation(root, {}, {})
    site.prepare()
    try:
        site.start("web", **limits)
        wait_until(
            lambda: site.ask("GET", "/healthz").status, "the web process answers"
        )
        yield site
    finally:
        site.close()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number: int = server.getsockname()[1]
    return number


def wait_until(
    condition: Callable[[], object], what: str, seconds: float = PATIENCE
) -> None:
    """Wait for a condition; raises TimeoutError that says what did not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"still waiting after {seconds:g} s: {what}")
        time.sleep(_LOOK)


def pids() -> list[int]:
    """All processes of this machine."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def children(parent: int) -> list[int]:
    """The direct children of a process."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{parent}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text().split())
    return found


def command_of(pid: int) -> str:
    """The command line of a process, empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _works_below(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder)
    except OSError:
        return False


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
