"""What may be sent as an event, and what becomes of it."""

from __future__ import annotations

import pytest

from qubecb.errors import InvalidEvent
from qubecb.events import Event, parse_event


def instance(extra: object) -> Event:
    sent = {"name": "failed", "type": "subjob", "extra": extra, "job": {"id": 5}}
    return parse_event(sent, 1000.0)


@pytest.mark.parametrize(
    ("sent", "read"), [(0, "0"), ("007", "7"), (str(2**63 - 1), str(2**63 - 1))]
)
def test_an_instance_has_one_spelling(sent: object, read: str) -> None:
    assert instance(sent).extra == read


@pytest.mark.parametrize("sent", ["٣", "-1", "1.5", "²", str(2**63), "9" * 1000, True])
def test_what_is_no_instance_id_is_refused(sent: object) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        instance(sent)
    assert [problem.path for problem in refusal.value.problems] == ["extra"]


def item(name: str) -> Event:
    sent = {"name": "failed", "type": "work", "extra": name, "job": {"id": 5}}
    return parse_event(sent, 1000.0)


@pytest.mark.parametrize("name", ["x" * 601, "a\nb", "\ud800"])
def test_a_name_that_no_index_holds_is_refused(name: str) -> None:
    with pytest.raises(InvalidEvent, match="extra"):
        item(name)
