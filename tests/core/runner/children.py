"""Real children on a real socket pair, with the worker's side of the conversation."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qubecb.events import parse_event
from qubecb.runner.farm import Farm
from qubecb.runner.farm.conversation import Call, Conversation
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.order import Order, subid, workid

INSIDE = Path(__file__).parents[3] / "qubecb/runner/hosting/inside"

#: What the tests' farm holds: a running job with items and instances, and its group.
JOB: dict[str, Any] = {
    "id": 1234,
    "name": "shot_010",
    "status": "blocked",
    "pgrp": 1230,
    "label": "render",
    "user": "jo",
    "agenda": [
        {"name": str(number), "status": "blocked", "subid": 0}
        for number in (7, 25, 26, 29)
    ],
    "subjobs": [{"id": 0, "status": "blocked"}, {"id": 1, "status": "complete"}],
}
SIBLING: dict[str, Any] = {
    "id": 1230,
    "name": "ribs",
    "status": "running",
    "label": "ribgen",
    "user": "bo",
    "prototype": "cmdline",
    "priority": 5,
}
#: A name that is ASCII nowhere, in a group of its own.
OTHER: dict[str, Any] = {"id": 77, "name": "Übung 東", "status": "failed"}


def order(
    name: str = "failed", kind: str = "work", extra: str | None = "7", **changes: Any
) -> Order:
    job = {**JOB, **changes.pop("job", {})}
    event = parse_event({"name": name, "type": kind, "extra": extra, "job": job}, 1.0)
    return Order("run-1", Path("/callbacks"), "x.py", event, event.job, **changes)


def farm() -> MemoryFarm:
    return MemoryFarm(JOB, SIBLING, OTHER)


@dataclass(frozen=True)
class Talk:
    """What became of a child."""

    output: str
    status: int
    conversation: Conversation


def answer_all(conversation: Conversation, call: Call) -> bytes:
    return conversation.answer(call)


def converse(
    command: list[str],
    asked: Order,
    to: Farm,
    answer: Callable[[Conversation, Call], bytes] = answer_all,
    **environ: str,
) -> Talk:
    """Run a child to its end and answer its calls; an empty answer ends the line."""
    conversation = Conversation(asked, to)
    worker, child = socket.socketpair()
    with worker, child:
        variables = {
            **environ,
            **_variables(asked),
            "QUBECB_FARM_FD": f"{child.fileno()}",
        }
        process = subprocess.Popen(
            command,
            env={"PATH": os.environ["PATH"], **variables},
            pass_fds=[child.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        child.close()
        with process:
            with contextlib.suppress(ConnectionError):
                _serve(worker, conversation, answer)
            worker.close()
            output, _ = process.communicate(timeout=240)
    return Talk(output.decode(), process.returncode, conversation)


def _serve(
    worker: socket.socket,
    conversation: Conversation,
    answer: Callable[[Conversation, Call], bytes],
) -> None:
    while data := worker.recv(65536):
        for call in conversation.received(data):
            line = answer(conversation, call)
            if not line:
                return
            worker.sendall(line)


def _variables(asked: Order) -> dict[str, str]:
    variables = {"QBJOBID": str(asked.job.id), "QUBECB_SUBID": str(subid(asked))}
    item = workid(asked)
    return {**variables, "QUBECB_WORKID": item} if item else variables


def python(script: str, interpreter: str = sys.executable) -> list[str]:
    """The command that runs a Python script with qb at hand."""
    begin = f"import sys; sys.path.insert(0, {str(INSIDE)!r}); import qb\n"
    return [interpreter, "-c", begin + script]


def perl(script: str) -> list[str]:
    """The command that runs a Perl script with qb at hand."""
    return ["perl", "-I", str(INSIDE), "-Mqb", "-e", script]
