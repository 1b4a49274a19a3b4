"""Nobody waits behind all that one address has sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import pytest

from dashboard.service.door.queue import Turns
from tests.dashboard.service.door import conftest
from tests.dashboard.service.door.conftest import GET, Serve, Serving, answer
from tests.end_to_end.installation import wait_until


@dataclass(frozen=True)
class Task:
    """Something that somebody wants."""

    whose: str
    number: int = 0


def test_everybody_has_a_turn_before_anybody_has_a_second() -> None:
    turns = Turns()
    for number in range(3):
        turns.append(Task("greedy", number))
    turns.append(Task("modest"))
    taken = [turns.popleft() for _ in range(len(turns))]
    assert taken == [
        Task("greedy", 0),
        Task("modest"),
        Task("greedy", 1),
        Task("greedy", 2),
    ]
    assert not turns


def wait_for_threads(serving: Serving) -> int:
    """How many requests wait, once all have come."""
    busy = sum(one.is_busy for one in serving.door.connections)
    return len(serving.door.task_dispatcher.queue) if busy == 61 else 0


def test_a_newcomer_is_answered_before_the_rest_of_a_flood(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, begun = threading.Semaphore(0), []

    def patient(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        begun.append(environ["REMOTE_ADDR"])
        goes_on.acquire()
        start_response("200 OK", [("Content-Length", "1")])
        return [b"0"]

    monkeypatch.setattr(conftest, "application", patient)
    serving = serve()
    flood = [serving.connect() for _ in range(60)]
    for one in flood:
        one.sendall(GET)
    with serving.connect("127.0.0.2") as newcomer:
        newcomer.sendall(GET)
        wait_until(lambda: wait_for_threads(serving) == 57, "all but four wait")
        for _ in range(61):
            goes_on.release()
        assert answer(newcomer) == b"HTTP/1.1 200 OK"
    for one in flood:
        answer(one)
        one.close()
    assert begun.index("127.0.0.2") < 10
