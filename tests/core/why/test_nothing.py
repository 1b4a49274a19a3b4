"""The answer if no event came that any event spec waits for."""

from __future__ import annotations

from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.jobs.ids import JobId
from qubecb.triggers import parse
from qubecb.why.evidence import RecordedEvent
from qubecb.why.nearby import Nearby
from qubecb.why.nothing import nothing_came

KEY = MappingKey("/callback", "own.py")


def recorded(name: str, type_: str, extra: str | None, job: JobId) -> RecordedEvent:
    event = Event("e-1", name, type_, extra, 9.0, Job(job))
    return RecordedEvent(AcceptedEvent(1, event), 9.0, 9.0)


def sentence(trigger: str, *came: RecordedEvent) -> str:
    found = nothing_came(KEY, 7, parse(trigger), Nearby(came), {})
    return found.cause.sentence


def test_the_nearest_event_is_told_with_its_job() -> None:
    told = sentence("failed-job-self", recorded("failed", "work", "7", 8))
    assert told.endswith("came; the nearest was `failed-work-7` of job 8")


def test_the_nearest_event_may_belong_to_the_site() -> None:
    told = sentence("dummy-job-self", recorded("dummy", "globaltime", "9", 0))
    assert told.endswith("came; the nearest was `dummy-globaltime-9`")


def test_a_time_is_told_as_one_that_has_not_come() -> None:
    told = sentence("dummy-globaltime-9")
    assert told.startswith("its first time has not come yet: ")
