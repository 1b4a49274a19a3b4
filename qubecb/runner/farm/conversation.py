"""The worker's side of what a callback's process says over its farm socket.

One JSON object a line. The child says hello, asks, and may report a traceback and remarks.
What may be large, the event above all, is sent only to who asks for it::

    child:  {"hello": 4711}
    child:  {"call": 1, "name": "jobinfo", "query": {"function": "jobstatus", "pairs": ["-id", 5042]}}
    worker: {"answer": 1, "result": [{...}]}
    child:  {"call": 2, "name": "act", "verb": "unblock", "targets": ["5042"], "arguments": {}}
    worker: {"answer": 2, "result": ["5042.0"]}
    worker: {"answer": 3, "error": {"type": "BadTarget", "message": "..."}}
    child:  {"call": 4, "name": "event"}
    worker: {"answer": 4, "result": [{...}]}
    child:  {"traceback": {...}}
    child:  {"note": "..."}
    child:  {"left": true}

The other end belongs to a script that may write anything. So nothing here raises, memory
stays bounded (one line, 8 calls waiting, 10,000 actions that list 100,000 ids in all), what
is not a message is dropped up to the next line feed, and the run gets one remark about it,
however much came. What is kept is masked.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qubecb.errors import FarmError, QubecbError
from qubecb.runner.farm.arguments import ASKING, parse_pairs
from qubecb.runner.farm.port import Farm
from qubecb.runner.farm.recording import RecordingFarm
from qubecb.runner.farm.reported import LARGEST, is_integer, note, traceback
from qubecb.runner.farm.wire import line, refusal
from qubecb.runner.order import MEBIBYTE, Order
from qubecb.runner.outcome import Action

logger = logging.getLogger(__name__)

#: A message may be this long, its line feed included; a longer line is dropped.
LONGEST_LINE = MEBIBYTE
#: Calls received and not answered. A script's `qb` asks one at a time.
MOST_WAITING = 8
MOST_NOTES = 100
EXTERNAL_FORM = (
    "it calls qb.jobinfo in the form of Qube's external API, such as jobinfo(id=1234); that"
    ' works here, but not in Qube\'s own callbacks: write qb.jobinfo("-id", 1234)'
)


@dataclass(frozen=True, slots=True)
class Call:
    """One question of the child that wants an answer."""

    number: int
    name: str
    message: Mapping[str, Any]


class Conversation:
    """One run's conversation; `received` and `answer` may be called from two threads."""

    def __init__(self, order: Order, farm: Farm) -> None:
        self._order = order
        self._farm = RecordingFarm(farm)
        self._partial = bytearray()
        self._dropping = False
        self._waiting = 0
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._complained = False
        #: The process id that the child said, or None: it was never started.
        self.hello: int | None = None
        self.traceback: dict[str, Any] | None = None
        self.notes: list[str] = []
        #: It ended by `sys.exit`, with whatever status.
        self.left = False

    @property
    def remarks(self) -> list[str]:
        """Notes that the script's process sent, and what is to be said of its actions."""
        return self.notes + self._farm.remarks

    @property
    def actions(self) -> list[Action]:
        """What the callback asked of the farm, in order."""
        return self._farm.actions

    def close(self) -> None:
        """The run is over: what was not asked of the farm yet is not asked any more."""
        self._farm.close()

    def received(self, data: bytes) -> list[Call]:
        """Take what came from the child, cut anywhere; give the calls to be answered."""
        *lines, rest = data.split(b"\n")
        calls = [call for each in lines if (call := self._whole_line(each))]
        self._keep(rest)
        return calls

    def answer(self, call: Call) -> bytes:
        """Ask the farm, which may take its time; give the line to send to the child."""
        try:
            with self._one_at_a_time:
                result = self._ask(call)
            return line({"answer": call.number, "result": result})
        except QubecbError as error:
            return refusal(call.number, type(error).__name__, str(error))
        except Exception as error:  # a site's own farm may raise anything
            logger.exception("run %s: %s failed", self._order.run_id, call.name)
            message = f"the farm failed: {type(error).__name__}"
            return refusal(call.number, "FarmError", message)
        finally:
            with self._lock:
                self._waiting -= 1

    def _ask(self, call: Call) -> list[Any]:
        return self._answers()[call.name](call.message)

    def _answers(self) -> dict[str, Callable[[Mapping[str, Any]], list[Any]]]:
        return {"jobinfo": self._jobinfo, "act": self._act, "event": self._event}

    def _event(self, message: Mapping[str, Any]) -> list[Any]:
        return [self._order.event.as_dict()]

    def _jobinfo(self, message: Mapping[str, Any]) -> list[Any]:
        query = message.get("query")
        pairs = query.get("pairs") if isinstance(query, dict) else None
        if not isinstance(query, dict) or not isinstance(pairs, list):
            raise FarmError("jobinfo: the query has no list of pairs")
        if query.get("external") is True and EXTERNAL_FORM not in self.notes:
            self.notes.append(EXTERNAL_FORM)
        function = query.get("function")
        called = function if function in ASKING else "jobinfo"
        return list(self._farm.jobinfo(parse_pairs(pairs, called)))

    def _act(self, message: Mapping[str, Any]) -> list[Any]:
        verb, targets = message.get("verb"), message.get("targets")
        arguments = message.get("arguments") or {}
        if not (
            isinstance(verb, str)
            and isinstance(targets, list)
            and all(isinstance(target, str) for target in targets)
            and isinstance(arguments, dict)
        ):
            raise FarmError("the call has no verb, or no list of texts as targets")
        return list(self._farm.act(verb, targets, arguments))

    def _keep(self, rest: bytes) -> None:
        if self._dropping:
            return
        if len(self._partial) + len(rest) >= LONGEST_LINE:
            self._complain()
            self._partial.clear()
            self._dropping = True
            return
        self._partial += rest

    def _whole_line(self, end: bytes) -> Call | None:
        self._keep(end)
        whole = bytes(self._partial)
        self._partial.clear()
        if self._dropping:
            self._dropping = False
            return None
        return self._message(whole) if whole.strip() else None

    def _message(self, text: bytes) -> Call | None:
        try:
            message = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            message = None
        if isinstance(message, dict):
            if "call" in message:
                return self._call(message)
            for name, take in self._takers().items():
                if name in message and take(message[name]):
                    return None
        self._complain()
        return None

    def _call(self, message: dict[str, Any]) -> Call | None:
        number, name = message["call"], message.get("name")
        if (
            not is_integer(number)
            or not isinstance(name, str)
            or name not in self._answers()
            or self._waiting >= MOST_WAITING
        ):
            self._complain()
            return None
        with self._lock:
            self._waiting += 1
        return Call(number, name, message)

    def _takers(self) -> dict[str, Callable[[Any], bool]]:
        return {
            "hello": self._take_hello,
            "traceback": self._take_traceback,
            "note": self._take_note,
            "left": self._take_left,
        }

    def _take_hello(self, pid: Any) -> bool:
        if not is_integer(pid) or not 0 < pid < LARGEST:
            return False
        if self.hello is None:
            self.hello = pid
        return True

    def _take_traceback(self, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        self.traceback = traceback(value)
        return True

    def _take_note(self, text: Any) -> bool:
        if not isinstance(text, str):
            return False
        if len(self.notes) < MOST_NOTES:
            self.notes.append(note(text))
        return True

    def _take_left(self, value: Any) -> bool:
        self.left = value is True
        return self.left

    def _complain(self) -> None:
        """Remark once that something came over the socket that qb did not send."""
        if not self._complained:
            self._complained = True
            self.notes.append(
                "something other than qb wrote to the farm socket; it was dropped"
            )


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not a number")
