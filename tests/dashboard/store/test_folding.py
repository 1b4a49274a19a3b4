"""What is read of a job is the same before and after its records are planned."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from dashboard.models import EventRecord, JobItem
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.farm.embedded import EmbeddedFarm
from dashboard.store.intake.acceptance import accept
from dashboard.store.jobs import portions
from dashboard.store.jobs.folding import view
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.events import parse_event
from qubecb.jobs.ids import JobId
from qubecb.jobs.record import JobRecord
from tests.dashboard.store.site import Site

JOBS = (1, 2)
NAMES = ("1", "2", "a")
Act = tuple[str, Any, Any]

statuses = st.sampled_from(("", "running", "pending", "blocked", "failed", "complete"))
agendas = st.lists(
    st.builds(
        lambda name, status, more: {"name": name, **status, **more},
        st.sampled_from(NAMES),
        statuses.map(lambda status: {"status": status} if status else {}),
        st.sampled_from(({}, {"host": "r1"}, {"host": "r2", "count": 3})),
    ),
    max_size=3,
)
subjobs = st.lists(
    st.builds(
        lambda n, status: {"id": n, "status": status}, st.integers(0, 2), statuses
    ),
    max_size=2,
)
told: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "status": statuses,
        "name": st.sampled_from(("shot", "")),
        "priority": st.integers(1, 3),
        "agenda": agendas,
        "subjobs": subjobs,
        "pgrp": st.sampled_from((0, 1, 9)),
    },
)
names = st.sampled_from(("submit", "running", "failed", "complete", "removed", "x"))
parts = st.sampled_from(
    (("job", None), ("job", None), ("work", "1"), ("work", "a"), ("subjob", "0"))
)


def event(name: str, part: tuple[str, str | None], job: int, told: Any) -> Act:
    kind, extra = part
    sent = {"name": name, "type": kind, "extra": extra, "job": {"id": job, **told}}
    return "event", sent, None


jobs = st.sampled_from(JOBS)
events = st.builds(event, names, parts, jobs, told)
on_jobs: SearchStrategy[Act] = st.builds(
    lambda verb, job: (verb, [str(job)], {}),
    st.sampled_from(
        ("kill", "retry", "block", "unblock", "requeue", "retire", "remove")
    ),
    jobs,
)
on_items: SearchStrategy[Act] = st.builds(
    lambda verb, job, items: (verb, [f"{job}:{item}" for item in items], {}),
    st.sampled_from(("killwork", "retrywork", "blockwork", "requeuework")),
    jobs,
    st.lists(st.sampled_from(("1", "a", "1-2")), min_size=1, max_size=3),
)
on_instances: SearchStrategy[Act] = st.builds(
    lambda verb, job, number: (verb, [f"{job}.{number}"], {}),
    st.sampled_from(("kill", "retry", "migrate")),
    jobs,
    st.integers(0, 2),
)
changes = st.builds(
    lambda job, fields: ("modify", [str(job)], fields),
    jobs,
    st.sampled_from(({"priority": 5}, {"name": "n", "notes": "x"}, {"pgrp": 4})),
)
records = st.one_of(events, events, on_jobs, on_items, on_instances, changes)
some = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def happen(act: Act) -> None:
    """Accept an event, or carry out a verb."""
    what, given, arguments = act
    if what == "event":
        accept([parse_event(given, time.time())], source="api")
    else:
        EmbeddedFarm().act(what, given, arguments)


def seen() -> dict[JobId, tuple[JobRecord, bool]]:
    """The jobs as whoever reads them sees them."""
    found = view(JOBS).jobs
    return {job: (folded.record, folded.removed) for job, folded in found.items()}


@pytest.mark.django_db
@some
@given(
    before=st.lists(records, max_size=6),
    after=st.lists(records, max_size=10),
    batch=st.integers(1, 20),
)
def test_planning_changes_nothing_of_what_is_read(
    before: list[Act], after: list[Act], batch: int
) -> None:
    dispatcher = Dispatcher(OrmStore(), DispatchSettings(), time.time)
    with transaction.atomic():
        for act in before:
            happen(act)
        dispatcher.step()
        for act in after:
            happen(act)
        expected = seen()
        while dispatcher.step(batch):
            assert seen() == expected
        transaction.set_rollback(True)


@pytest.fixture
def large(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A job with more items than one transaction changes."""
    monkeypatch.setattr(portions, "MOST", 4)
    agenda = [{"name": str(n), "status": "running"} for n in range(11)]
    subjobs = [{"id": n, "status": "running"} for n in range(6)]
    site.send("running-job", job=1, agenda=agenda, subjobs=subjobs)
    site.write("a.py = killed-job-self\n")
    return site


def test_an_act_on_very_many_items_is_done_in_portions(large: Site) -> None:
    EmbeddedFarm().act("kill", ["1"], {})
    accept_running(2)
    expected, killed = seen(), [0]
    while large.dispatcher.step():
        killed.append(JobItem.objects.filter(status="killed").count())
        assert seen() == expected
    steps = [after - before for before, after in itertools.pairwise(killed)]
    assert max(steps) <= 4
    assert sum(steps) == 17
    assert JobItem.objects.filter(status="killed").count() == 17


def test_portions_begin_again_after_a_restart_and_change_the_same(large: Site) -> None:
    EmbeddedFarm().act("kill", ["1"], {})
    expected = seen()
    large.dispatcher.step()
    large.dispatcher.step()
    restarted = Dispatcher(OrmStore(), DispatchSettings(), time.time)
    while restarted.step():
        pass
    assert seen() == expected
    assert not EventRecord.objects.filter(planned_at=None).exists()


def test_the_callbacks_of_an_act_in_portions_run_once(large: Site) -> None:
    large.send("submit-job", job=1, agenda=[{"name": str(n)} for n in range(9)])
    EmbeddedFarm().act("kill", ["1"], {})
    while large.dispatcher.step():
        pass
    assert large.states() == ["queued"]


def accept_running(job: int) -> None:
    """An event of another job, which waits behind."""
    happen(event("running", ("job", None), job, {}))
