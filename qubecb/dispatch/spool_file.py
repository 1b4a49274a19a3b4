"""One file of the spool: its events, each with the ids that it may take."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from qubecb import strict_json
from qubecb.errors import InvalidEvent, Problem, UnfinishedFile
from qubecb.events import LONGEST_ID, Event, parse_event, too_many, wrong_id

#: Characters of a digest that tell events of one name apart.
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class SpoolEvent:
    """An event of a file. One without an id has the file's name as its id for now."""

    event: Event
    #: Whether the source gave it an id.
    has_id: bool = True
    #: Whether the source gave it a time.
    has_time: bool = True

    def is_content_of(self, other: Event) -> bool:
        """Whether the event that has this id already has the same content."""
        same_time = not self.has_time or abs(self.event.time - other.time) < 1e-5
        return same_time and _content(self.event) == _content(other)

    def under_another_id(self) -> Event:
        """The event with an id of name and digest, which is the same each time the file is read."""
        moment = self.event.time if self.has_time else None
        told = [self.event.id, moment, *_content(self.event)]
        written = json.dumps(told, sort_keys=True).encode()
        digest = hashlib.sha256(written).hexdigest()[:_DIGEST]
        name = self.event.id[: LONGEST_ID - len(digest) - 1]
        return replace(self.event, id=f"{name}-{digest}")


@dataclass(frozen=True, slots=True)
class SpoolFile:
    """One file of the spool as it was read."""

    name: str
    data: bytes = b""
    #: Why it cannot be read at all, or nothing.
    fault: str = ""
    #: The time of its last write in nanoseconds, and its size.
    stamp: tuple[int, int] = (0, 0)

    def events(self, now: float) -> list[SpoolEvent]:
        """Read its events.

        Takes the moment of acceptance (Unix seconds). Raises InvalidEvent with every
        problem; UnfinishedFile where more text might mend it.
        """
        if self.fault:
            _refuse(self.fault)
        data = _decoded(self.data)
        members = data if isinstance(data, list) else [data]
        if not members:
            _refuse("the list holds no event")
        names = [self.name]
        if isinstance(data, list):
            names = [f"{self.name}-{place}" for place in range(len(members))]
        if wrong := too_many(len(members)) or _wrong_name(names[-1], members):
            _refuse(wrong)
        events: list[SpoolEvent] = []
        problems: list[Problem] = []
        for place, member in enumerate(members):
            try:
                events.append(_event_of(member, names[place], now))
            except InvalidEvent as error:
                where = f"{place}." if isinstance(data, list) else ""
                problems += [
                    Problem(f"{where}{each.path}".rstrip("."), each.message)
                    for each in error.problems
                ]
        if problems:
            raise InvalidEvent(problems)
        return events


def _wrong_name(longest: str, members: Sequence[object]) -> str:
    """Why a file's name cannot be an event's id; nothing if it can, or none needs one."""
    wrong = wrong_id(longest)
    has_none = any(
        isinstance(member, Mapping) and member.get("id") is None for member in members
    )
    if not wrong or not has_none:
        return ""
    return (
        f"the file's name cannot be the id of an event that has none: an id {wrong};"
        " give the file another name, or the event an id"
    )


def _event_of(member: object, identity: str, now: float) -> SpoolEvent:
    if not isinstance(member, Mapping):
        return SpoolEvent(parse_event(member, now))
    has_id = member.get("id") is not None
    named: dict[Any, Any] = {**member} if has_id else {**member, "id": identity}
    return SpoolEvent(parse_event(named, now), has_id, member.get("time") is not None)


def _content(event: Event) -> tuple[object, ...]:
    """What an event says, without its id and its time."""
    return event.name, event.type, event.extra, event.job.as_dict()


def _decoded(data: bytes) -> object:
    if not data.strip():
        _unfinished("it is empty")
    try:
        return strict_json.read(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        _unfinished("it is not UTF-8")
    except strict_json.NotJson as error:
        _unfinished(f"it {error}")


def _unfinished(why: str) -> NoReturn:
    raise UnfinishedFile([Problem("", why)])


def _refuse(why: str) -> NoReturn:
    raise InvalidEvent([Problem("", why)])
