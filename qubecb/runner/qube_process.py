"""A `.qcb` callback in a process of its own, so that it can be limited and ended like any.

Sending mail may hang in a mail server, and a thread cannot be ended. So a child forked from
a host that has this package loaded runs the code strings; its farm is the worker, over the
same line protocol that `qb` speaks.
"""

from __future__ import annotations

import base64
import os
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from qubecb.errors import BadTarget, FarmError, FarmTimeout
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.job import INTEGER_FIELDS, TEXT_FIELDS
from qubecb.runner.conversation import Conversation
from qubecb.runner.farm.port import Farm, JobQuery
from qubecb.runner.inside import qb
from qubecb.runner.mask import masked_text, masked_texts
from qubecb.runner.order import Order
from qubecb.runner.outcome import Action
from qubecb.runner.qube_code import CodeResult, run_code_strings

_FARM = 3


class QubeConversation(Conversation):
    """The worker's side for code strings, which also tell of the mails that they sent."""

    @property
    def actions(self) -> list[Action]:
        """What the code strings did, mails included, in order.

        A call on which the process gave up is as the farm's side knows it.
        """
        known = {(each.verb, each.targets): each for each in super().actions}
        told = [
            known.get((each.verb, each.targets), each) if each.error else each
            for each in self._all
        ]
        return told or super().actions

    def __init__(self, order: Order, farm: Farm) -> None:
        super().__init__(order, farm)
        self._all: list[Action] = []

    def _takers(self) -> dict[str, Callable[[Any], bool]]:
        return {**super()._takers(), "actions": self._take_actions}

    def _take_actions(self, told: list[dict[str, Any]]) -> bool:
        self._all = [
            Action(
                one["verb"],
                tuple(masked_texts(one["targets"])),
                tuple(masked_texts(one["applied"])),
                masked_text(one.get("error", "")),
                one.get("unlisted", 0),
            )
            for one in told
        ]
        return True


def conversation(order: Order, farm: Farm) -> Conversation:
    """The worker's side of a run's conversation, by its language."""
    if order.file.endswith(".qcb"):
        return QubeConversation(order, farm)
    return Conversation(order, farm)


def carried(order: Order, mailer: object) -> dict[str, Any]:
    """What the worker sends along, so that the child has the whole order."""
    return {
        "order": {
            "run_id": order.run_id,
            "event": order.event.as_dict(),
            "job": order.job.as_dict(),
            "trigger": order.trigger,
            "test": order.test,
            "simulate": order.simulate,
            "depth": order.depth,
        },
        "mailer": base64.b64encode(pickle.dumps(mailer)).decode(),
    }


def start(request: Mapping[str, Any], descriptor: int) -> NoReturn:
    """Run the code strings that stand open as `descriptor`, and end. Never returns."""
    qb._begin(os.environ, _FARM)
    mailer = pickle.loads(base64.b64decode(request["mailer"]))  # noqa: S301  # the worker's own
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        text = file.read().decode("utf-8", "replace")
    result = run_code_strings(text, _order(request), SocketFarm(), mailer)
    _tell(result)
    os._exit(0 if result.ok else 1)


class SocketFarm:
    """The farm, asked through the worker. Implements Farm."""

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        """Give the jobs that the query means. Raises FarmError."""
        pairs: list[Any] = []
        for name, values in asdict(query).items():
            if values:
                pairs += [f"-{name}", list(values)]
        return _asked({"name": "jobinfo", "query": {"pairs": pairs}})

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        """Apply a verb. Raises FarmError."""
        call = {"verb": verb, "targets": list(targets), "arguments": dict(arguments)}
        return _asked({"name": "act", **call})


def _asked(call: dict[str, Any]) -> Sequence[Any]:
    try:
        found: Sequence[Any] = qb._ask(call)
    except qb.FarmTimeout as error:
        raise FarmTimeout(str(error)) from error
    except qb.BadTarget as error:
        raise BadTarget(str(error)) from error
    except qb.FarmError as error:
        raise FarmError(str(error)) from error
    return found


def _tell(result: CodeResult) -> None:
    """Output, what was done, and why it failed."""
    sys.stdout.write(result.output)
    if not result.ok:
        sys.stdout.write(f"{result.reason}\n")
        failure = {"type": "", "message": result.reason, "frames": [], "locals": {}}
        qb._tell({"traceback": failure})
    sys.stdout.flush()
    qb._tell({"actions": [action.as_dict() for action in result.actions]})


def _order(request: Mapping[str, Any]) -> Order:
    told = request["order"]
    event = told["event"]
    return Order(
        run_id=told["run_id"],
        directory=Path(request["directory"]),
        file=Path(request["script"]).name,
        event=Event(**{**event, "job": _job(event["job"])}),
        job=_job(told["job"]),
        trigger=told["trigger"],
        test=told["test"],
        simulate=told["simulate"],
        depth=told["depth"],
    )


def _job(data: Mapping[str, Any]) -> Job:
    """The job as it was, also job 0 of a callback of the whole site."""
    named = {name: data[name] for name in (*INTEGER_FIELDS, *TEXT_FIELDS)}
    rest = {name: value for name, value in data.items() if name not in named}
    return Job(**named, fields=rest)
