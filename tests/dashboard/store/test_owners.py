"""A job's row has one owner: whoever acts or tells at the same moment, nothing is undone."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from dashboard.models import EventRecord, JobRecord
from dashboard.store.database.transactions import writing
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.farm.embedded import EmbeddedFarm
from dashboard.store.intake.acceptance import accept
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.events import parse_event
from qubecb.runner.farm.port import JobQuery
from tests.conftest import ON_DISK
from tests.dashboard.store.at_once import at_once
from tests.dashboard.store.site import Site

FARM = EmbeddedFarm()
ROUNDS = 20


def tell(name: str, job: int = 7, **told: Any) -> None:
    """Accept an event about a job, and plan nothing."""
    sent = {"name": name, "type": "job", "job": {"id": job, **told}}
    accept([parse_event(sent, time.time())], source="api")


def plan(site: Site) -> JobRecord:
    """Plan everything; give job 7 as it is stored then."""
    while site.dispatcher.step():
        pass
    return JobRecord.objects.get(pk=7)


def info() -> Any:
    """Job 7 as callbacks see it."""
    return FARM.jobinfo(JobQuery(id=(7,)))[0]


def test_an_act_between_an_event_and_its_planning_undoes_nothing(site: Site) -> None:
    site.write("a.py = done-job-self\n")
    site.send("submit-job", user="jo", label="render")
    tell("running", cpus=4)
    FARM.act("modify", ["7"], {"priority": 1})
    tell("complete")
    assert FARM.act("modify", ["7"], {"priority": 2}) == []
    job = plan(site)
    assert (job.status, job.user, job.label) == ("complete", "jo", "render")
    assert (job.fields["cpus"], job.fields["priority"]) == (4, 1)
    assert site.states() == ["queued"]


@pytest.mark.parametrize("limit", [1, 500])
def test_events_and_acts_are_done_in_the_order_of_their_acceptance(
    site: Site, limit: int
) -> None:
    site.send("running-job", priority=9)
    FARM.act("modify", ["7"], {"priority": 5})
    tell("running", priority=7)
    FARM.act("modify", ["7"], {"cpus": 4})
    FARM.act("kill", ["7"], {})
    tell("x", notes="late")
    seen = info()
    while site.dispatcher.step(limit):
        pass
    assert info() == seen
    job = JobRecord.objects.get(pk=7)
    assert (job.status, job.fields["priority"], job.fields["cpus"]) == ("killed", 7, 4)


def test_two_acts_at_the_same_moment_both_hold(site: Site) -> None:
    site.send("running-job")
    for number in range(1, ROUNDS):
        fields = ({"priority": number}, {"cpus": number}, {"notes": str(number)})
        at_once(*[partial(FARM.act, "modify", ["7"], each) for each in fields])
        job = plan(site)
        got = [job.fields[name] for name in ("priority", "cpus", "notes")]
        assert got == [number, number, str(number)]


def test_an_act_beside_the_planner_and_a_source_undoes_nothing(site: Site) -> None:
    site.send("running-job")

    def tell_and_plan() -> None:
        dispatcher = Dispatcher(OrmStore(), DispatchSettings(), time.time)
        for number in range(ROUNDS):
            tell("running", priority=number, status="running")
            dispatcher.step()

    def act(name: str) -> None:
        for number in range(ROUNDS):
            FARM.act("modify", ["7"], {name: str(number)})

    at_once(tell_and_plan, partial(act, "notes"), partial(act, "account"))
    job = plan(site)
    last = ROUNDS - 1
    assert job.fields["priority"] == last
    assert (job.fields["notes"], job.fields["account"]) == (str(last), str(last))


def kill(job: int, answers: list[Any]) -> None:
    answers.append(FARM.act("kill", [str(job)], {}))


def test_of_several_that_kill_a_job_one_does(site: Site) -> None:
    for job in range(10, 10 + ROUNDS):
        site.send("running-job", job=job)
        answers: list[Any] = []
        at_once(*[partial(kill, job, answers)] * 3)
        assert sorted(answers) == [[], [], [f"{job}.0"]]
        assert EventRecord.objects.filter(name="killed", job_id=job).count() == 1


@pytest.mark.skipif(
    connection.vendor != "sqlite" or not ON_DISK,
    reason="the act reads while somebody else writes, and is held up before it writes",
)
@pytest.mark.parametrize(
    ("told", "affected"),
    [
        ({"name": "complete", "type": "job", "job": {"id": 7}}, []),
        ({"name": "failed", "type": "work", "extra": "1", "job": {"id": 7}}, ["7.0"]),
        (
            {
                **{"name": "failed", "type": "work", "extra": "1"},
                "job": {"id": 7, "status": "failed"},
            },
            [],
        ),
        ({"name": "complete", "type": "job", "job": {"id": 8}}, ["7.0"]),
    ],
    ids=["the job", "one of its items", "both", "another job"],
)
def test_a_verb_is_decided_anew_when_its_job_is_told_something_meanwhile(
    site: Site, told: dict[str, Any], affected: list[str]
) -> None:
    site.send("running-job", agenda=[{"name": "1", "status": "running"}])
    has_read, answers = threading.Event(), list[Any]()

    def note(execute: Any, statement: str, *rest: Any) -> Any:
        if statement == "COMMIT":
            has_read.set()
        return execute(statement, *rest)

    def act() -> None:
        with connection.execute_wrapper(note):
            kill(7, answers)
        connections.close_all()

    thread = threading.Thread(target=act)
    with writing():
        thread.start()
        assert has_read.wait(240)
        accept([parse_event(told, time.time())], source="api")
    thread.join()
    assert answers == [affected]
    killed = EventRecord.objects.filter(name="killed", job_id=7)
    assert killed.count() == len(affected)
