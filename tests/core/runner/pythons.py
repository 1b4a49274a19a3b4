"""The interpreters of this machine that callbacks can be run with."""

from __future__ import annotations

import functools
import shutil
import subprocess
from pathlib import Path

from qubecb.runner.settings import default_python

_VERSION = (
    "import sys; print(*sys.version_info[:2]); sys.exit(sys.version_info < (3, 6))"
)


@functools.cache
def found() -> dict[str, tuple[int, ...]]:
    """Interpreters from 3.6 on, pyenv's and those of /usr/bin, with their versions."""
    paths = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"))
    system = [
        shutil.which(f"python3.{minor}", path="/usr/bin") for minor in range(6, 20)
    ]
    named = [str(path) for path in paths] + [name for name in system if name]
    told = {name: _version(name) for name in named}
    return {name: version for name, version in told.items() if version}


def notable() -> list[str]:
    """The oldest, the newest, and the one that runs callbacks unless another is set."""
    by_age = sorted(found(), key=lambda name: found()[name])
    return list(dict.fromkeys([*by_age[:1], *by_age[-1:], default_python()]))


def _version(python: str) -> tuple[int, ...]:
    try:
        told = subprocess.run(
            [python, "-c", _VERSION], check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(map(int, told.stdout.split()))
