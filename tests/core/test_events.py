"""What may be sent as an event, and what becomes of it."""

from __future__ import annotations

import pytest

from qubecb.errors import InvalidEvent
from qubecb.events import Event, parse_event, unknown_part


def instance(extra: object) -> Event:
    sent = {"name": "failed", "type": "subjob", "extra": extra, "job": {"id": 5}}
    return parse_event(sent, 1000.0)


@pytest.mark.parametrize(
    ("sent", "read"),
    [(0, "0"), (7.0, "7"), ("007", "7"), (str(2**63 - 1), str(2**63 - 1))],
)
def test_an_instance_has_one_spelling(sent: object, read: str) -> None:
    assert instance(sent).extra == read


@pytest.mark.parametrize(
    "sent", ["٣", "-1", "1.5", "²", str(2**63), "9" * 500, "9" * 5000, 2.5, True]
)
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


@pytest.mark.parametrize("kind", ["subjob", "work", "host"])
@pytest.mark.parametrize("extra", [{}, {"extra": None}, {"extra": ""}])
def test_an_event_need_not_say_which_item_it_is_about(
    kind: str, extra: dict[str, object]
) -> None:
    read = parse_event({"name": "failed", "type": kind, "job": {"id": 5}, **extra}, 1.0)
    assert (read.extra, read.unknown) == (None, True)
    assert read.spec == f"failed-{kind}"
    assert read.as_dict()["extra"] is None


def test_the_whole_job_is_no_unknown_item() -> None:
    assert not at(None).unknown


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("failed-work", "agenda item"),
        ("failed-subjob", "instance"),
        ("failed-host", "host"),
        ("failed-work-7", ""),
        ("failed-work--", ""),
        ("failed-job", ""),
        ("failed", ""),
    ],
)
def test_a_spec_tells_what_it_leaves_out(spec: str, says: str) -> None:
    assert unknown_part(spec) == says


def at(moment: object) -> Event:
    sent = {"name": "failed", "type": "job", "time": moment, "job": {"id": 5}}
    return parse_event(sent, 1000.0)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, 1000.0),
        (7, 7.0),
        ("1970-01-01T01:00+01:00", 0.0),
        ("1970-01-02", 86400.0),
    ],
)
def test_a_moment_is_read_as_unix_seconds(sent: object, read: float) -> None:
    assert at(sent).time == read


@pytest.mark.parametrize(
    "sent", ["soon", True, [], -1, 253402300800, 10**400, float("nan"), float("inf")]
)
def test_what_is_no_moment_is_refused(sent: object) -> None:
    with pytest.raises(InvalidEvent, match="years 1970 to 9999"):
        at(sent)
