"""What a verb does to very much holds up nobody, and is done as a whole or is said to be not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection

from dashboard.models import EventRecord
from dashboard.store.farm import acting
from dashboard.store.farm.embedded import EmbeddedFarm
from qubecb.errors import FarmError, PartlyApplied
from qubecb.runner.farm.port import JobQuery
from tests.dashboard.store.refusing import refused
from tests.dashboard.store.site import Site

FARM = EmbeddedFarm()


def agenda(count: int, status: str = "running") -> list[dict[str, str]]:
    """Items 0 to `count`."""
    return [{"name": str(number), "status": status} for number in range(count)]


@pytest.fixture
def small(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site where a transaction stores ten records of a verb."""
    monkeypatch.setattr(acting, "PORTION", 10)
    return site


Note = Callable[[str, int], None]


@contextmanager
def told(note: Note) -> Iterator[None]:
    """Tell of each statement that is executed in a transaction, and for how many rows."""

    def execute(then: Any, statement: str, values: Any, many: bool, *rest: Any) -> Any:
        if connection.in_atomic_block:
            note(" ".join(statement.split()), len(values) if many else 1)
        return then(statement, values, many, *rest)

    with connection.execute_wrapper(execute):
        yield


def test_records_are_stored_in_portions_and_decided_before(small: Site) -> None:
    small.send("running-job", agenda=agenda(25))
    statements: list[tuple[str, int]] = []
    targets = [f"7:{number}" for number in range(25)]
    with told(lambda *each: statements.append(each)):
        assert FARM.act("killwork", targets, {}) == targets
    rows = [count for statement, count in statements if statement.startswith("INSERT")]
    assert rows == [10, 10, 5]
    assert not any("dashboard_job" in statement for statement, _ in statements)
    killed = EventRecord.objects.filter(name="killed").order_by("sequence")
    assert list(killed.values_list("extra", flat=True)) == [str(n) for n in range(25)]


@pytest.mark.parametrize("verb", ["kill", "retry", "unblock"])
def test_a_verb_on_a_job_is_one_record_however_many_items_and_instances_it_has(
    site: Site, verb: str
) -> None:
    status = {"kill": "running", "retry": "failed", "unblock": "blocked"}[verb]
    subjobs = [{"id": number, "status": status} for number in range(300)]
    site.send("x-job", status=status, agenda=agenda(300, status), subjobs=subjobs)
    assert len(FARM.act(verb, ["7"], {})) == 300
    assert EventRecord.objects.filter(source="farm").count() == 1


def test_more_items_than_a_call_may_name_change_nothing(site: Site) -> None:
    site.send("running-job", agenda=agenda(10_001))
    with pytest.raises(FarmError, match="more than 10000 agenda items"):
        FARM.act("killwork", ["7:0-10000"], {})
    assert not EventRecord.objects.filter(source="farm").exists()


def test_a_verb_that_is_stopped_says_how_far_it_came(small: Site) -> None:
    for job in range(1, 26):
        small.send("running-job", job=job)
    inserts: list[int] = []

    def fail(statement: str, count: int) -> None:
        if statement.startswith("INSERT"):
            inserts.append(count)
            if len(inserts) == 2:
                raise OperationalError("the disk is gone")

    said = r"kill was applied to 1\.0 to 10\.0 \(10 in all\) .* the disk is gone"
    with told(fail), pytest.raises(PartlyApplied, match=said) as stopped:
        FARM.act("kill", [str(job) for job in range(1, 26)], {})
    assert stopped.value.applied == tuple(f"{job}.0" for job in range(1, 11))
    assert EventRecord.objects.filter(name="killed").count() == 10


def test_a_verb_that_cannot_begin_changes_nothing(small: Site) -> None:
    small.send("running-job")
    with refused("dashboard_eventrecord"), pytest.raises(DatabaseError):
        FARM.act("kill", ["7"], {})
    assert FARM.jobinfo(JobQuery(id=(7,)))[0]["status"] == "running"
