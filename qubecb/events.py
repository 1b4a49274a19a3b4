"""Events as frozen values, and the one place where what was sent becomes an Event.

Follows "Trigger Event Syntax" of Qube's documentation; the JSON form is ours (docs/api.md).
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from qubecb import strict_json
from qubecb.digits import whole_number
from qubecb.errors import InvalidEvent, Problem
from qubecb.jobs import Job
from qubecb.jobs.ids import may_be_id

#: What a source may send. The time types of the documentation are made by timers only.
SENT_TYPES = ("job", "subjob", "work", "host")
#: What the extra of these types says: which one of these.
PARTS = {"subjob": "instance", "work": "agenda item", "host": "host"}
TIME_TYPES = ("time", "repeat", "global", "globaltime", "globalrepeat")
#: Unix time of second 0 of Qube time: unix = qube + QUBE_EPOCH.
QUBE_EPOCH = 946702800
#: A transition to one of these is also a transition to `done`.
DONE_NAMES = frozenset({"complete", "failed", "killed"})

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
#: Events of one list: of a request or of a file of the spool.
MOST_EVENTS = 10_000
LONGEST_ID = 200
LONGEST_NAME = 100
#: It is in indexes, whose entries may have 2,700 bytes in PostgreSQL.
LONGEST_EXTRA = 600
YEAR_10000 = 253402300800
_MEMBERS = ("id", "name", "type", "extra", "time", "job")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job, one of its instances or items, or a host."""

    id: str
    name: str
    type: str
    #: Instance id, item name, host name, or time; None for the type `job`, and where the
    #: source does not know which instance, item or host it was.
    extra: str | None
    #: Unix seconds from the source; only shown.
    time: float
    #: The job it is about, as the source sent it. Id 0 for a global time.
    job: Job

    @property
    def unknown(self) -> bool:
        """Whether it is about some instance, item or host, and nobody knows which."""
        return self.extra is None and self.type in PARTS

    @property
    def spec(self) -> str:
        """Name, type and extra in the form that people write: `failed-work-7`."""
        return "-".join(
            (self.name, self.type)
            if self.extra is None
            else (self.name, self.type, self.extra)
        )

    def as_dict(self) -> dict[str, Any]:
        """The event in the shape in which it is sent as JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "extra": self.extra,
            "time": self.time,
            "job": self.job.as_dict(),
        }


def too_many(count: int) -> str:
    """Give what is wrong with a list of so many events, as a clause; nothing if it is short."""
    if count <= MOST_EVENTS:
        return ""
    return f"a list has at most {MOST_EVENTS:,} events, and this one has {count:,}"


def new_event_id() -> str:
    """An id for an event whose source gave none."""
    return uuid.uuid4().hex


def parse_event(data: object, now: float) -> Event:
    """Read one event as it was sent.

    Takes the decoded JSON and the moment of acceptance (Unix seconds); gives an Event.
    Raises InvalidEvent with a problem for every member that is wrong, never only the first.
    """
    if not isinstance(data, Mapping):
        raise InvalidEvent([Problem("", "an event must be an object")])
    kind = data.get("type")
    extra = _extra(kind, data.get("extra"))
    problems = _strange_members(data) + _text_problems(data)
    if kind not in SENT_TYPES:
        problems.append(Problem("type", f"must be one of {', '.join(SENT_TYPES)}"))
    problems += _extra_problems(kind, extra)
    moment = _moment(data.get("time"), now, problems)
    job = _job(data.get("job"), problems)
    if problems or job is None:
        raise InvalidEvent(problems)
    return Event(
        id=data.get("id") or new_event_id(),
        name=data["name"],
        type=str(kind),
        extra=None if extra is None else str(extra),
        time=moment,
        job=job,
    )


def split_spec(spec: str) -> tuple[str, str, str | None]:
    """Split `NAME-TYPE[-EXTRA]`, as on a command line, into name, type and extra.

    Raises InvalidEvent when it has no type.
    """
    name, _, rest = spec.partition("-")
    kind, dash, extra = rest.partition("-")
    if not name or not kind:
        raise InvalidEvent(
            [Problem("event", f"{spec!r} is not NAME-TYPE or NAME-TYPE-EXTRA")]
        )
    return name, kind, extra if dash else None


def read_job(text: str) -> object:
    """Read a job as it is given on a command line: an id, or its fields as JSON.

    Raises NotJson for anything else; whether it is a job is seen when the event is read.
    """
    written = text.strip()
    return {"id": written} if may_be_id(written) else strict_json.read(text)


def unknown_part(spec: str) -> str:
    """Give what an event of this spec does not say: `agenda item`, …; nothing if it does."""
    _, _, kind = spec.partition("-")
    return PARTS.get(kind, "")


def wrong_id(identity: object) -> str:
    """Give what is wrong with an event's id, as a clause; nothing if it is valid."""
    if not isinstance(identity, str) or not 0 < len(identity) <= LONGEST_ID:
        return f"must be text of 1 to {LONGEST_ID} characters"
    return "" if identity.isprintable() else "must have only printable characters"


def _extra(kind: object, sent: object) -> object:
    """The extra as it is stored: numbers as text, an instance's without leading zeros."""
    if sent == "":
        return None
    if isinstance(sent, float) and sent.is_integer():
        sent = int(sent)  # JSON has one kind of number: 7.0 is 7
    extra = str(sent) if isinstance(sent, int) and not isinstance(sent, bool) else sent
    if kind == "subjob" and isinstance(extra, str) and _is_instance_id(extra):
        return str(int(extra))
    return extra


def _strange_members(data: Mapping[Any, Any]) -> list[Problem]:
    told = "is not a field of an event; fields of the job go under `job`"
    strange = (key for key in data if key not in _MEMBERS)
    return [Problem(str(key)[:100], told) for key in islice(strange, 100)]


def _text_problems(data: Mapping[Any, Any]) -> list[Problem]:
    problems = []
    identity = data.get("id")
    if identity is not None and (wrong := wrong_id(identity)):
        problems.append(Problem("id", wrong))
    name = data.get("name")
    if not (isinstance(name, str) and len(name) <= LONGEST_NAME and NAME.match(name)):
        problems.append(
            Problem(
                "name", "must be a letter or _, then letters, digits or _ (100 at most)"
            )
        )
    return problems


def _extra_problems(kind: object, extra: object) -> list[Problem]:
    if extra is None:
        return []
    if kind == "job":
        return [Problem("extra", "must be left out for the type job")]
    if not isinstance(extra, str):
        return [
            Problem("extra", "must be text: the instance id, item name or host name")
        ]
    if len(extra) > LONGEST_EXTRA:
        return [Problem("extra", f"must be {LONGEST_EXTRA} characters at most")]
    if not extra.isprintable():
        return [Problem("extra", "must have only printable characters")]
    if kind == "subjob" and not _is_instance_id(extra):
        return [Problem("extra", "must be the instance id, an integer up to 2^63-1")]
    return []


def _is_instance_id(extra: str) -> bool:
    return whole_number(extra) is not None


def _moment(value: object, now: float, problems: list[Problem]) -> float:
    """The event's time in Unix seconds, from a number or ISO 8601; now if not given."""
    if value is None:
        return now
    try:
        moment = _unix(value)
    except (ValueError, OverflowError):
        moment = math.nan
    if 0 <= moment < YEAR_10000:
        return moment
    problems.append(
        Problem("time", "must be Unix seconds or ISO 8601, years 1970 to 9999")
    )
    return now


def _unix(value: object) -> float:
    """Unix seconds; raises ValueError or OverflowError for what is not a time."""
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError("not a time")


def _job(data: object, problems: list[Problem]) -> Job | None:
    try:
        return Job.from_dict(data)
    except InvalidEvent as error:
        problems.extend(error.problems)
        return None
