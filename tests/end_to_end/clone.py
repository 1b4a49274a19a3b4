"""A fresh clone of the repository in which `bin/up` runs, as a stranger has it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.installation import PATIENCE, REPOSITORY, free_port, wait_until

#: Variables that are this machine's and would change what a stranger sees.
_FOREIGN = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE")


@dataclass(slots=True)
class Clone:
    """One clone; its packages are those of the repository that is tested."""

    path: Path
    port: int
    settings: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a shell of somebody who uses it has."""
        clean = {
            name: value
            for name, value in os.environ.items()
            if name not in _FOREIGN and not name.startswith("QUBECB_")
        }
        return {
            **clean,
            "QUBECB_QB_CONF": str(self.path / "no-qb.conf"),
            **self.settings,
        }

    @property
    def printed(self) -> str:
        """What `bin/up` has printed so far."""
        return (self.path.parent / "up.log").read_text(encoding="utf-8")

    def up(self) -> None:
        """Start `bin/up` and wait until everything works."""
        with (self.path.parent / "up.log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(self.path / "bin" / "up"), "--port", str(self.port)],
                env=self.environment,
                cwd=self.path.parent,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._is_up, "bin/up runs everything")

    def stop(self) -> int:
        """Press Ctrl-C; give the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def shell(self, commands: str) -> str:
        """Run commands as a person types them; give what they printed. All must succeed."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            env=self.environment,
            cwd=self.path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stderr.decode()}"
        return done.stdout.decode()

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.printed
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextlib.contextmanager
def cloned(folder: Path, **settings: str) -> Iterator[Clone]:
    """Clone the repository below `folder`; what was started there has ended afterwards."""
    path = folder / "clone"
    subprocess.run(
        ["git", "clone", "--quiet", str(REPOSITORY), str(path)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    (path / ".venv").symlink_to(REPOSITORY / ".venv")
    clone = Clone(path, free_port(), settings)
    try:
        yield clone
    finally:
        if clone.process is not None and clone.process.poll() is None:
            clone.process.terminate()
            clone.process.wait(PATIENCE)
