"""`bin/up` once everything is installed: it needs no network but the machine's own."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.installation import REPOSITORY, wait_until
from tests.end_to_end.test_up import Up

ASK = """\
import sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=60) as answer:
    print(answer.status, answer.read().decode())
"""
#: Where nobody listens; in a namespace of its own there is no way there anyhow.
DEAD = "http://127.0.0.1:9/"


@functools.cache
def can_be_cut_off() -> bool:
    """Whether a process can be started that has no network."""
    if not all(map(shutil.which, ("unshare", "nsenter", "ip"))):
        return False
    cut_off = ["unshare", "--net", "ip", "link", "set", "lo", "up"]
    return subprocess.run(cut_off, capture_output=True, check=False).returncode == 0


class CutOff(Up):
    """A `bin/up` in a network of its own, in which there is nothing but loopback."""

    def command(self, *arguments: str) -> list[str]:
        inside = 'ip link set lo up && exec "$0" "$@"'
        alone = ["unshare", "--net", "sh", "-c", inside]
        return [*alone, *super().command(*arguments)]

    def ask(self, path: str) -> str:
        """Status and body of an answer; empty when there is none."""
        assert self.process is not None
        enter = ["nsenter", "--target", str(self.process.pid), "--net"]
        asking = [sys.executable, "-c", ASK, self.address + path]
        done = subprocess.run([*enter, *asking], capture_output=True, check=False)
        return done.stdout.decode()

    def is_up(self) -> bool:
        return self.ask("healthz").startswith("200 ")


@pytest.fixture
def cut_off(tmp_path: Path) -> Iterator[CutOff]:
    made = CutOff(tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()
    wait_until(lambda: not made.left(), "nothing is left running")


@pytest.mark.skipif(not can_be_cut_off(), reason="needs root, unshare, nsenter and ip")
def test_it_starts_again_and_again_without_a_network(cut_off: CutOff) -> None:
    for _ in range(2):
        cut_off.start()
        page = cut_off.ask("login/")
        assert page.startswith("200 ")
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page)
        assert cut_off.stop() == 0
        assert "installing packages" not in cut_off.printed.read_text()


def test_an_index_that_is_gone_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_INDEX_URL", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, DEAD)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    up = Up(tmp_path)
    try:
        up.start()
    finally:
        assert up.stop() == 0
    wait_until(lambda: not up.left(), "nothing is left running")


def test_what_cannot_be_installed_is_one_clear_sentence(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    (clone / "bin").mkdir(parents=True)
    for name in ("up", "environment.sh"):
        shutil.copy(REPOSITORY / "bin" / name, clone / "bin" / name)
    (clone / "requirements.txt").write_text("nothing-that-is-called-so==1\n")
    (clone / "manage.py").write_text("print('it runs')")
    done = subprocess.run(
        [str(clone / "bin" / "up")],
        env={
            "PATH": os.environ["PATH"],
            "PYTHON": sys.executable,
            "PIP_INDEX_URL": DEAD,
            "PIP_RETRIES": "0",
            "PIP_CONFIG_FILE": os.devnull,
        },
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.decode().endswith(
        "qubecb: the packages cannot be installed; is there a way to a package index?\n"
    )
    assert b"it runs" not in done.stdout
    assert not (clone / ".venv" / "qubecb-up.installed").exists()
