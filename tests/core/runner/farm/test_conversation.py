"""The worker's side: whatever comes over the line, it neither raises nor grows."""

from __future__ import annotations

import json
import threading
import tracemalloc
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.errors import FarmError, PartlyApplied
from qubecb.runner.farm import JobQuery, recording
from qubecb.runner.farm.conversation import LONGEST_LINE, Call, Conversation
from qubecb.runner.order import MEBIBYTE
from qubecb.runner.outcome import Action
from tests.core.runner.children import farm, order
from tests.core.runner.rig import OneJobFarm

DROPPED = ["something other than qb wrote to the farm socket; it was dropped"]


def talk() -> Conversation:
    return Conversation(order(), farm())


def line(**message: Any) -> bytes:
    return json.dumps(message).encode() + b"\n"


def answered(conversation: Conversation, **message: Any) -> dict[str, Any]:
    (call,) = conversation.received(line(call=1, **message))
    found: dict[str, Any] = json.loads(conversation.answer(call))
    return found


def test_the_event_is_given_to_who_asks_for_it() -> None:
    (event,) = answered(talk(), name="event")["result"]
    assert (event["name"], event["extra"], event["job"]["id"]) == ("failed", "7", 1234)


def test_jobinfo_is_answered() -> None:
    answer = answered(talk(), name="jobinfo", query={"pairs": ["-id", 1234]})
    assert [job["name"] for job in answer["result"]] == ["shot_010"]


def test_an_action_is_applied_and_kept() -> None:
    conversation = talk()
    message = {"name": "act", "verb": "workunblock", "targets": ["1234:7"]}
    assert answered(conversation, **message)["result"] == ["1234:7"]
    assert conversation.actions == [
        Action("unblockwork", ("1234:7",), ("1234:7",)),
    ]


def test_a_refused_action_is_kept_with_its_reason() -> None:
    conversation = talk()
    answer = answered(conversation, name="act", verb="kill", targets=["0"])
    assert answer["error"]["type"] == "BadTarget"
    assert "all of the user's jobs" in answer["error"]["message"]
    assert conversation.actions[0].error == answer["error"]["message"]


@pytest.mark.parametrize(
    "message",
    [
        {"name": "jobinfo"},
        {"name": "jobinfo", "query": []},
        {"name": "jobinfo", "query": {"pairs": "all"}},
        {"name": "act"},
        {"name": "act", "verb": 5, "targets": []},
        {"name": "act", "verb": "kill", "targets": "1234"},
        {"name": "act", "verb": "kill", "targets": [1234]},
        {"name": "act", "verb": "kill", "targets": ["1234"], "arguments": [1]},
    ],
)
def test_a_call_of_the_wrong_shape_is_answered_with_an_error(
    message: dict[str, Any],
) -> None:
    assert answered(talk(), **message)["error"]["type"] == "FarmError"


def test_a_farm_that_breaks_is_the_callbacks_error() -> None:
    class Broken:
        def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
            raise ZeroDivisionError

        def act(
            self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
        ) -> Sequence[str | int]:
            raise ZeroDivisionError

    conversation = Conversation(order(), Broken())
    answer = answered(conversation, name="jobinfo", query={"pairs": []})
    assert answer["error"]["message"] == "the farm failed: ZeroDivisionError"


def test_hello_traceback_and_notes_are_taken() -> None:
    conversation = talk()
    report = {
        "type": "ValueError",
        "message": "no",
        "frames": [{"file": "x.py", "line": 3, "function": "main", "code": "main()"}],
        "locals": {"a": "1"},
    }
    conversation.received(line(hello=4711) + line(traceback=report) + line(note="hm"))
    assert conversation.hello == 4711
    assert conversation.traceback == report
    assert conversation.notes == ["hm"]


def test_a_second_hello_changes_nothing() -> None:
    conversation = talk()
    conversation.received(line(hello=4711) + line(hello=1))
    assert conversation.hello == 4711


def test_a_hostile_traceback_is_cut_to_its_shape() -> None:
    conversation = talk()
    frames = [{"file": "\ud800\0" * 150, "line": 10**30, "code": {}}] * 200 + [5]
    names = {f"n{number}": "x" * 900 for number in range(500)}
    conversation.received(
        line(traceback={"type": 5, "message": [[]], "frames": frames, "locals": names})
    )
    found = conversation.traceback
    assert found is not None
    assert len(json.dumps(found)) < 300_000
    assert "\0" not in found["frames"][0]["file"]
    found["frames"][0]["file"].encode()
    assert len(found["locals"]["n1"]) == 200


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello\n",
        b"\xff\xfe\x00\n",
        b"[]\n",
        b"null\n",
        b"{}\n",
        b'{"hello": -1}\n',
        b'{"hello": true}\n',
        b'{"hello": "1"}\n',
        b'{"call": 1}\n',
        b'{"call": true, "name": "act"}\n',
        b'{"call": 1, "name": ["act"]}\n',
        b'{"note": 5}\n',
        b'{"traceback": []}\n',
        b'{"call": 1, "name": "act", "x": NaN}\n',
        b"[" * 200_000 + b"\n",
        b"1" * 100_000 + b"\n",
    ],
)
def test_garbage_gives_one_remark_and_the_next_call_is_answered(garbage: bytes) -> None:
    conversation = talk()
    assert conversation.received(garbage * 3) == []
    assert conversation.notes == DROPPED
    answer = answered(conversation, name="jobinfo", query={"pairs": ["-id", "77"]})
    assert answer["result"][0]["id"] == 77


def test_half_a_message_is_no_call_and_no_remark() -> None:
    conversation = talk()
    whole = line(call=1, name="jobinfo", query={"pairs": []})
    assert conversation.received(whole[:10]) == []
    assert conversation.notes == []
    assert len(conversation.received(whole[10:])) == 1


def test_a_hundred_megabytes_take_no_memory() -> None:
    conversation = talk()
    chunk = b"x" * 65536
    tracemalloc.start()
    for _ in range(1600):
        conversation.received(chunk)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * LONGEST_LINE
    assert conversation.notes == DROPPED
    assert len(conversation.received(b"\n" + line(call=1, name="act"))) == 1


def test_a_hundred_thousand_calls_at_once_are_mostly_dropped() -> None:
    conversation = talk()
    calls = conversation.received(line(call=1, name="act") * 100_000)
    assert len(calls) == 8
    conversation.answer(calls[0])
    assert len(conversation.received(line(call=2, name="act") * 2)) == 1


class SlowFarm(OneJobFarm):
    """A farm that answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go_on = threading.Event(), threading.Event()

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        self.asked.set()
        self.go_on.wait(240)
        return [f"{target}.0" for target in targets]


def test_a_run_that_ends_while_the_farm_is_at_work_says_so() -> None:
    slow = SlowFarm()
    conversation = Conversation(order(), slow)
    (call,) = conversation.received(
        line(call=1, name="act", verb="kill", targets=["7"])
    )
    thread = threading.Thread(target=conversation.answer, args=(call,))
    thread.start()
    assert slow.asked.wait(240)
    conversation.close()
    [action] = list(conversation.actions)
    slow.go_on.set()
    thread.join()
    assert (action.targets, action.applied) == (("7",), ())
    assert "may have been applied" in action.error


def test_what_waits_when_the_run_ends_is_asked_of_nobody() -> None:
    slow = SlowFarm()
    conversation = Conversation(order(), slow)
    conversation.close()
    answer = answered(conversation, name="act", verb="kill", targets=["7"])
    assert answer["error"]["message"] == "the run has ended"
    assert not slow.asked.is_set()
    assert conversation.actions == []


class StoppedFarm(OneJobFarm):
    """A farm that does a part of what it is asked for."""

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        raise PartlyApplied(verb, ("7.0",), FarmError("it stopped"))


def test_what_was_applied_of_an_action_that_was_stopped_is_kept() -> None:
    conversation = Conversation(order(), StoppedFarm())
    answer = answered(conversation, name="act", verb="kill", targets=["7", "8"])
    assert answer["error"]["type"] == "PartlyApplied"
    [action] = conversation.actions
    assert (action.targets, action.applied) == (("7", "8"), ("7.0",))
    assert "it stopped" in action.error


def test_a_run_may_ask_for_ten_thousand_actions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording, "MOST_ACTIONS", 2)
    conversation = talk()
    message = {"name": "act", "verb": "top", "targets": ["1230"]}
    for _ in range(2):
        assert answered(conversation, **message)["result"] == [1230]
    assert "2 actions" in answered(conversation, **message)["error"]["message"]


def test_of_the_ids_of_a_run_the_first_are_listed_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording, "MOST_LISTED", 5)
    conversation = talk()
    message = {"name": "act", "verb": "top", "targets": ["1230", "1234"]}
    for _ in range(4):
        assert answered(conversation, **message)["result"] == [1230, 1234]
    assert [len(action.targets) for action in conversation.actions] == [2, 2, 1, 0]
    assert [action.unlisted for action in conversation.actions] == [0, 0, 1, 2]
    assert conversation.remarks == [
        "only the first 5 ids are listed with its actions: it named 3 more, "
        "and 3 more were changed"
    ]


def test_calls_of_very_many_ids_take_little_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recording, "MOST_LISTED", 1000)
    conversation = Conversation(order(), OneJobFarm())
    ids = [str(number) for number in range(1_000_000, 1_005_000)]
    message = line(call=1, name="act", verb="kill", targets=ids)
    tracemalloc.start()
    for _ in range(20):
        conversation.answer(*conversation.received(message))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < MEBIBYTE
    assert "it named 99,000 more" in conversation.remarks[0]


def test_notes_are_bounded() -> None:
    conversation = talk()
    conversation.received(line(note="n" * 5000) * 500)
    assert len(conversation.notes) == 100
    assert len(conversation.notes[0]) == 1000


@given(st.binary(max_size=300), st.integers(1, 20))
def test_any_bytes_cut_anywhere_are_survived(data: bytes, size: int) -> None:
    conversation = talk()
    for start in range(0, len(data), size):
        for call in conversation.received(data[start : start + size]):
            conversation.answer(call)
    assert len(conversation.notes) <= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
keys = st.sampled_from(
    ["call", "name", "query", "pairs", "verb", "targets", "arguments", "hello", "note"]
)


@given(st.dictionaries(keys, json_values))
def test_any_message_is_survived_and_its_answer_is_json(
    message: dict[str, Any],
) -> None:
    conversation = talk()
    for call in conversation.received(line(**message)):
        json.loads(conversation.answer(call))
    assert answered(conversation, name="event")["result"]


@given(
    st.sampled_from(["act", "jobinfo"]),
    st.dictionaries(keys, json_values),
)
def test_any_call_is_answered(name: str, message: dict[str, Any]) -> None:
    answer = json.loads(talk().answer(Call(5, name, message)))
    assert answer["answer"] == 5
