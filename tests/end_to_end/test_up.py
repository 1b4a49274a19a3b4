"""`bin/up`: what it refuses, what it survives, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.service.up import DEADLINE
from tests.end_to_end.installation import (
    PATIENCE,
    REPOSITORY,
    children,
    command_of,
    wait_until,
)

UP = REPOSITORY / "bin" / "up"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("begun", flush=True)
while True:
    time.sleep(0.05)
"""


class Up:
    """One `bin/up` on a data directory, on a port of its own choice."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.printed = root / "printed"
        self.settings: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("QUBECB_", "PYTHONDONT", "PYTHONUNBUF"))
        }
        own = {"QUBECB_QB_CONF": str(self.root / "no-qb.conf")}
        return {**kept, **own, **self.settings}

    def command(self, *arguments: str) -> list[str]:
        return [str(UP), "--data", str(self.data), *arguments]

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Run it to its end; give exit status and what it printed on standard error."""
        done = subprocess.run(
            self.command(*arguments),
            env={**self.environment(), **environment},
            cwd=self.root,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, done.stderr.decode()

    def start(self, port: str = "0") -> None:
        """Start it, and wait until it answers."""
        with self.printed.open("wb") as printed:
            self.process = subprocess.Popen(
                self.command("--port", port),
                env=self.environment(),
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
            )
        wait_until(self.is_up, "it is up")

    @property
    def address(self) -> str:
        found = re.search(r"http://[0-9.:]+/", self.printed.read_text())
        return found[0] if found else "http://127.0.0.1:9/"

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def child(self, part: str) -> int:
        """The process of `web` or `work`; 0 when there is none."""
        assert self.process is not None
        found = [
            pid
            for pid in children(self.process.pid)
            if f"manage.py {part} " in command_of(pid)
        ]
        return found[0] if found else 0

    def left(self) -> list[int]:
        """Processes of ours that still live: they work below our folder."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and (entry / "cwd").readlink() == self.root:
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it with a signal; give its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    made = Up(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()
    wait_until(lambda: not made.left(), "nothing is left running")


def test_help_needs_nothing(up: Up) -> None:
    status, _ = up.run("--help")
    assert status == 0
    assert not up.data.exists()


def test_a_port_in_use_is_one_clear_sentence(up: Up, tmp_path: Path) -> None:
    up.start()
    port = up.address.rstrip("/").rpartition(":")[2]
    other = Up(tmp_path)
    other.data = tmp_path / "other"
    status, told = other.run("--port", port)
    assert status == 1
    assert (
        told == f"qubecb: cannot listen on 127.0.0.1:{port}: address already in use\n"
    )


def test_a_second_start_on_the_same_data_is_refused(up: Up) -> None:
    up.start()
    status, told = up.run("--port", "0")
    assert status == 1
    assert re.fullmatch(r"qubecb: `up` already runs on .*\n", told)


def test_a_data_directory_that_cannot_be_is_one_clear_sentence(up: Up) -> None:
    up.data = Path("/proc/no/such")
    status, told = up.run()
    assert status == 1
    assert re.fullmatch(r"qubecb: the data directory /proc/no/such .*\n", told)


def test_a_setting_that_is_wrong_is_one_clear_sentence(up: Up) -> None:
    status, told = up.run("--port", "0", QUBECB_TIMEOUT="soon")
    assert status == 1
    assert (
        told
        == "qubecb: QUBECB_TIMEOUT must be seconds, from 0.1 to 604800 (it is 'soon')\n"
    )


def test_a_misspelt_setting_is_told_once_and_stops_nothing(up: Up) -> None:
    up.settings["QUBECB_TIMOUT"] = "5"
    up.start()
    told = up.printed.read_text()
    sentence = (
        "QUBECB_TIMOUT is not a setting and is ignored; did you mean QUBECB_TIMEOUT?"
    )
    assert told.count(sentence) == 1
    assert sentence in (up.data / "log" / "up.log").read_text()


@pytest.mark.parametrize("part", ["up", "work"])
def test_an_interpreter_that_cannot_run_callbacks_is_refused_at_the_start(
    up: Up, tmp_path: Path, part: str
) -> None:
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\necho qubecb-version 2.7.18\n")
    old.chmod(0o755)
    told = f"qubecb: QUBECB_PYTHON: {old} is Python 2.7.18, and callbacks need Python 3.6 or newer\n"
    if part == "up":
        assert up.run("--port", "0", QUBECB_PYTHON=str(old)) == (1, told)
        return
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "manage.py"), "work"],
        env={
            **up.environment(),
            "QUBECB_DATA": str(up.data),
            "QUBECB_PYTHON": str(old),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.endswith(told)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The scripts of a clone in which nothing is installed, nor has to be."""
    bare = tmp_path / "clone"
    (bare / "bin").mkdir(parents=True)
    for name in ("up", "environment.sh"):
        (bare / "bin" / name).write_bytes((REPOSITORY / "bin" / name).read_bytes())
    (bare / "bin" / "up").chmod(0o755)
    (bare / "requirements.txt").touch()
    (bare / "manage.py").write_text("print('it runs')")
    return bare


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder of programs with a Python of yesterday."""
    old = tmp_path / "path"
    old.mkdir()
    for name in ("python3", "python"):
        (old / name).write_text(
            '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9 && exit\nexit 1\n'
        )
        (old / name).chmod(0o755)
    for name in ("sh", "cat", "cmp", "dirname", "readlink", "basename"):
        (old / name).symlink_to(Path("/usr/bin") / name)
    return old


def start(bare: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(bare / "bin" / "up")],
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_python_that_is_too_old_is_one_clear_sentence(bare: Path, old: Path) -> None:
    done = start(bare, PATH=str(old))
    assert done.returncode == 1
    told = done.stderr.decode()
    assert told.startswith("qubecb: Python 3.11 or newer is needed and Python 3.9 ")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("asked", "found"), [("path/python3", "Python 3.9"), ("nowhere", "no Python")]
)
def test_no_other_python_is_taken_than_the_one_that_is_asked_for(
    bare: Path, old: Path, asked: str, found: str
) -> None:
    done = start(bare, PATH=os.environ["PATH"], PYTHON=str(old.parent / asked))
    assert done.returncode == 1
    assert f"{found} was found" in done.stderr.decode()
    assert not (bare / ".venv").exists()


def test_an_environment_that_was_not_made_to_its_end_is_made_again(bare: Path) -> None:
    half = [sys.executable, "-m", "venv", "--without-pip", str(bare / ".venv")]
    subprocess.run(half, check=True)
    done = start(bare, PATH=os.environ["PATH"], PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    assert b"it runs" in done.stdout


def test_a_database_that_is_none_is_one_clear_sentence(up: Up) -> None:
    up.data.mkdir()
    (up.data / "qubecb.sqlite3").write_bytes(b"this is not a database" * 1000)
    status, told = up.run("--port", "0")
    assert status == 1
    assert told == "qubecb: the database does not work: file is not a database\n"


def kill_and_see_return(up: Up, part: str) -> None:
    before = up.child(part)
    os.kill(before, signal.SIGKILL)
    see_return(up, part, before)


def see_return(up: Up, part: str, before: int) -> None:
    wait_until(lambda: up.child(part) not in (0, before), f"{part} is back")


def test_a_child_that_dies_is_started_again(up: Up) -> None:
    up.start()
    kill_and_see_return(up, "web")
    kill_and_see_return(up, "work")
    wait_until(up.is_up, "it is up again")


def test_a_child_that_is_stopped_is_replaced_and_what_ran_is_lost(up: Up) -> None:
    run_stubborn(up)
    before = {part: up.child(part) for part in ("web", "work")}
    for process in before.values():
        os.kill(process, signal.SIGSTOP)
    for part, process in before.items():
        see_return(up, part, process)
    wait_until(up.is_up, "it is up again")
    told = (up.data / "log" / "up.log").read_text()
    assert "web gave no sign of life for 20 s and is replaced\n" in told
    assert "work gave no sign of life for 20 s and is replaced; the runs it had" in told
    assert (
        "1 runs of a dead worker are lost" in (up.data / "log" / "work.log").read_text()
    )


def test_a_second_start_keeps_all_data(up: Up) -> None:
    up.start()
    first = up.printed.read_text()
    up.stop()
    up.start()
    second = up.printed.read_text()
    assert "password" in first
    assert "password" not in second


def test_children_end_with_an_up_that_was_killed(up: Up) -> None:
    up.start()
    up.stop(signal.SIGKILL)
    wait_until(lambda: not up.left(), "its children ended", 10)


def run_stubborn(up: Up) -> None:
    """Start it, and wait until a callback runs that will not end."""
    callbacks = up.data / "callback"
    callbacks.mkdir(parents=True)
    (callbacks / "callbacks.conf").write_text("stubborn.py = submit-job-self\n")
    (callbacks / "stubborn.py").write_text(STUBBORN)
    up.start()
    manage = str(REPOSITORY / "manage.py")
    subprocess.run(
        [sys.executable, manage, "emit", "submit-job", "--job", "7"],
        env={**up.environment(), "QUBECB_DATA": str(up.data)},
        check=True,
        capture_output=True,
    )
    output = up.data / "scratch" / "output"
    wait_until(lambda: any(file.stat().st_size for file in output.iterdir()), "it runs")


def test_all_ends_even_a_callback_that_will_not(up: Up) -> None:
    assert (
        DEADLINE < 5.0
    )  # as the documents promise; after it, all that is left is killed
    run_stubborn(up)
    assert up.stop(signal.SIGINT) == 0
    assert up.left() == []
