"""Which process starts a callback, and with which words: one function a language."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qubecb.conffile.names import Language, language_of
from qubecb.errors import RunnerError
from qubecb.runner.hosting.environment import run_variables
from qubecb.runner.hosting.host import Host
from qubecb.runner.hosting.pool import INSIDE, PYTHON_CHILD, Hosts
from qubecb.runner.order import Order
from qubecb.runner.settings import RunnerSettings

FARM = 3


@dataclass(frozen=True, slots=True)
class Launch:
    """What to say to whom."""

    host: Host
    request: dict[str, Any]
    #: "fork" or "fresh".
    mode: str
    #: Whether the open script is handed over too.
    with_script: bool


def plan(order: Order, path: Path, settings: RunnerSettings, hosts: Hosts) -> Launch:
    """Decide how a run is started. Raises RunnerError for a file in no known language."""
    language = language_of(order.file)
    if language is None:
        raise RunnerError(f"{order.file}: its extension belongs to no language")
    request = _request(order, path, settings)
    return _PLANS[language](order, request, settings, hosts)


def _python(
    order: Order, request: dict[str, Any], settings: RunnerSettings, hosts: Hosts
) -> Launch:
    if hosts.forking:
        return Launch(hosts.for_python(), request, "fork", with_script=True)
    child = str(PYTHON_CHILD / "child.py")
    command = [
        _found(settings.python, settings),
        child,
        request["script"],
        request["place"],
    ]
    return Launch(
        hosts.for_programs(), {**request, "argv": command}, "fresh", with_script=True
    )


def _perl(
    order: Order, request: dict[str, Any], settings: RunnerSettings, hosts: Hosts
) -> Launch:
    command = [
        _found(settings.perl, settings),
        "-I",
        str(INSIDE),
        "-Mqb",
        request["script"],
    ]
    request["environment"]["QUBECB_FARM_FD"] = str(FARM)
    return Launch(
        hosts.for_programs(), {**request, "argv": command}, "fresh", with_script=False
    )


def _qube(
    order: Order, request: dict[str, Any], settings: RunnerSettings, hosts: Hosts
) -> Launch:
    """Code strings run as ourselves: they hold no author's code, and mail's password."""
    asked = {**request, "user": None}
    return Launch(hosts.for_qube(), asked, "fork", with_script=True)


_PLANS: dict[
    Language, Callable[[Order, dict[str, Any], RunnerSettings, Hosts], Launch]
] = {"python": _python, "perl": _perl, "qube": _qube}


def _found(program: str, settings: RunnerSettings) -> str:
    """The path of an interpreter, by the PATH of callbacks. Raises RunnerError."""
    return _which(program, settings.environment.get("PATH"))


@functools.lru_cache(maxsize=16)
def _which(program: str, search: str | None) -> str:
    path = shutil.which(program, path=search)
    if path is None:
        raise RunnerError(f"cannot start {program}: there is no such program")
    return path


def _request(order: Order, path: Path, settings: RunnerSettings) -> dict[str, Any]:
    """What every host is told about a run."""
    user = settings.run_as
    return {
        "script": str(path),
        "directory": str(order.directory),
        "place": os.path.dirname(os.path.realpath(path)),  # noqa: PTH120  # pathlib is slow
        "environment": run_variables(order, settings),
        "files": order.limits.files,
        "nice": order.limits.nice,
        "user": [user.uid, user.gid, user.groups] if user else None,
    }
