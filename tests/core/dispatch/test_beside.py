"""A test fire of one mapping: judged as if it had happened, and nothing of it stays."""

from __future__ import annotations

import pytest

from qubecb.dispatch.facts import BindingMode
from tests.core.dispatch.site import Site

BOTH = "complete-job-self && complete-job-parent"


def state_of(site: Site) -> tuple[object, ...]:
    """Everything that is stored of jobs, and what is remembered and to come."""
    store = site.store
    kept = (store.jobs, store.last_event, store.told, store.memory, store.timers)
    return tuple(dict(each) for each in kept)


@pytest.mark.parametrize("binding", ["submission", "live"])
@pytest.mark.parametrize("job", [6, 7, 99])
@pytest.mark.parametrize(
    "spec",
    ["submit-job", "removed-job", "complete-job", "done-job", "failed-work-1", "x-job"],
)
def test_a_test_fire_of_one_mapping_changes_nothing_that_is_stored(
    spec: str, job: int, binding: BindingMode
) -> None:
    site = Site({"a.py": f"{BOTH} || dummy-repeat-self-900-60"}, binding)
    site.happen("submit-job", pid=6)
    site.happen("complete-job", job=6)
    before = state_of(site)
    site.send(spec, job, only="a.py", pid=6, label="new", status="other")
    site.plan()
    assert state_of(site) == before


@pytest.mark.parametrize("limit", [1, 500])
@pytest.mark.parametrize("tested", ["done", "complete", "failed", "killed"])
@pytest.mark.parametrize("real", ["done", "complete"])
def test_a_test_fire_of_one_mapping_is_no_events_previous(
    tested: str, real: str, limit: int
) -> None:
    site = Site({"a.py": "done-job-self", "b.py": "running-job-self"})
    site.happen("submit-job")
    site.send(f"{tested}-job", only="b.py")
    site.send(f"{real}-job")
    assert site.plan(limit) == [(7, "a.py")]


@pytest.mark.parametrize("limit", [1, 500])
@pytest.mark.parametrize("tested", ["submit-job", "removed-job"])
def test_a_job_lives_on_as_if_its_end_or_beginning_was_not_tested(
    tested: str, limit: int
) -> None:
    site = Site({"a.py": BOTH})
    site.send("submit-job", pid=6)
    site.send("complete-job", job=6)
    site.send(tested, only="a.py")
    site.send("complete-job")
    assert site.plan(limit) == [(7, "a.py")]


@pytest.mark.parametrize("limit", [1, 500])
def test_a_test_fire_of_one_mapping_is_judged_as_if_it_had_happened(
    limit: int,
) -> None:
    site = Site({"a.py": BOTH, "b.py": "removed-job-self || submit-job-self"})
    site.send("submit-job", pid=6)
    site.send("complete-job", job=6)
    for spec, only in (
        ("complete-job", "a.py"),
        ("complete-job", "a.py"),
        ("removed-job", "b.py"),
        ("submit-job", "b.py"),
    ):
        site.send(spec, only=only)
    assert site.plan(limit) == [
        (7, "b.py"),
        (7, "a.py"),
        (7, "a.py"),
        (7, "b.py"),
        (7, "b.py"),
    ]


def test_a_submission_that_is_tested_remembers_nothing() -> None:
    site = Site({"a.py": "running-job-self && submit-job-self"})
    site.happen("submit-job", "running-job", "running-job")
    before = state_of(site)
    site.send("submit-job", only="a.py")
    assert (site.plan(), state_of(site)) == ([], before)


@pytest.mark.parametrize("limit", [1, 500])
def test_what_a_test_fire_tells_of_its_job_is_seen_by_nobody_else(limit: int) -> None:
    site = Site({"a.py": "failed-job-x"})
    site.send("submit-job", job=8, pgrp=6)
    site.send("running-job", only="a.py", pgrp=6, label="x")
    site.send("failed-job", pgrp=0)
    assert site.plan(limit) == []
    site.send("failed-job", only="a.py", pgrp=6, label="x")
    assert site.plan(limit) == [(7, "a.py"), (8, "a.py")]
