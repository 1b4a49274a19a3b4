"""A `.qcb` callback in a process of its own, so that it can be limited and ended like any.

Sending mail may hang in a mail server, and a thread cannot be ended. So a child forked from
a host that has this package loaded runs the code strings; its farm is the worker, over the
same line protocol that `qb` speaks.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from qubecb.conffile.names import language_of
from qubecb.conffile.qb_mail import MailSettings
from qubecb.errors import BadTarget, FarmError, FarmTimeout
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.job import ID_FIELDS, TEXT_FIELDS
from qubecb.runner.farm.conversation import Conversation
from qubecb.runner.farm.port import Farm, JobQuery
from qubecb.runner.hosting.inside import qb
from qubecb.runner.mask import masked_texts
from qubecb.runner.order import Order
from qubecb.runner.outcome import Action
from qubecb.runner.qcb.code_strings import CodeResult, run_code_strings
from qubecb.runner.qcb.mail import Mailer

_FARM = 3
LONGEST_REASON = 5000


class QubeConversation(Conversation):
    """The worker's side for code strings: it gives the whole order, and hears of mails."""

    def __init__(self, order: Order, farm: Farm, mail: MailSettings | None) -> None:
        super().__init__(order, farm)
        self._mail = mail

    def _answers(self) -> dict[str, Callable[[Mapping[str, Any]], list[Any]]]:
        return {**super()._answers(), "order": self._whole_order}

    def _whole_order(self, message: Mapping[str, Any]) -> list[Any]:
        """What the process is to know. An event may be large: this goes in no request."""
        order = self._order
        told = {
            "run_id": order.run_id,
            "event": order.event.as_dict(),
            "job": order.job.as_dict(),
            "trigger": order.trigger,
            "test": order.test,
            "simulate": order.simulate,
            "depth": order.depth,
        }
        return [told, _written(self._mail)]

    def _takers(self) -> dict[str, Callable[[Any], bool]]:
        return {**super()._takers(), "mailed": self._take_mailed}

    def _take_mailed(self, told: dict[str, Any]) -> bool:
        """A mail is an action between the others, which the farm's side knows already."""
        self._farm.note(
            Action(
                told["verb"],
                tuple(masked_texts(told["targets"])),
                tuple(masked_texts(told["applied"])),
            )
        )
        return True


def conversation(order: Order, farm: Farm, mail: MailSettings | None) -> Conversation:
    """The worker's side of a run's conversation, by its language."""
    if language_of(order.file) == "qube":
        return QubeConversation(order, farm, mail)
    return Conversation(order, farm)


def start(request: Mapping[str, Any], descriptor: int) -> NoReturn:
    """Run the code strings that stand open as `descriptor`, and end. Never returns."""
    qb._begin(os.environ, _FARM)
    try:
        result = _run(request, descriptor)
    except Exception as error:  # noqa: BLE001  # a defect of ours, and the run tells of it
        reason = f"qubecb itself failed: {type(error).__name__}: {error}"
        result = CodeResult(False, "", reason)
    _tell(result)
    os._exit(0 if result.ok else 1)


def _run(request: Mapping[str, Any], descriptor: int) -> CodeResult:
    told, mail = _asked({"name": "order"})
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        text = file.read().decode("utf-8", "replace")
    return run_code_strings(
        text,
        _order(request, told),
        SocketFarm(),
        _mailer(mail),
        mailed=lambda action: qb._tell({"mailed": action.as_dict()}),
    )


def _written(mail: MailSettings | None) -> str | None:
    """Text of its own: qb.conf may hold bytes that are not UTF-8, and the line cannot."""
    return None if mail is None else json.dumps(asdict(mail), default=str)


def _mailer(written: str | None) -> Mailer:
    if written is None:
        return Mailer(MailSettings(), enabled=False)
    found = json.loads(written)
    templates = {
        name: Path(found[name]) for name in found if name.endswith("_template")
    }
    return Mailer(MailSettings(**{**found, **templates}))


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
    except (qb.FarmError, ValueError) as error:  # refused, or too much for one call
        raise FarmError(str(error)) from error
    return found


def _tell(result: CodeResult) -> None:
    """Output, and why it failed."""
    sys.stdout.write(result.output)
    if not result.ok:
        reason = result.reason[:LONGEST_REASON]
        sys.stdout.write(f"{reason}\n")
        failure = {"type": "", "message": reason, "frames": [], "locals": {}}
        qb._tell({"traceback": failure})
    sys.stdout.flush()


def _order(request: Mapping[str, Any], told: Mapping[str, Any]) -> Order:
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
    named = {name: data[name] for name in (*ID_FIELDS, *TEXT_FIELDS)}
    rest = {name: value for name, value in data.items() if name not in named}
    return Job(**named, fields=rest)
