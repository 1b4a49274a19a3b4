"""Which events are set aside, which never are, and what becomes of one that is planned again."""

from __future__ import annotations

from typing import Any, cast

import pytest

from qubecb.conffile.qb_conf import QubConf
from qubecb.errors import StoreBusy
from qubecb.jobs.ids import JobId
from tests.core.dispatch.site import Site

BOTH = "complete-job-self && complete-job-parent"
#: What a source cannot send: a parent that is no id makes the judgement fail.
ODD: dict[str, Any] = {"pid": ["odd"]}
#: Everything that is asked of a store on the way of an event, odd or innocent.
ALWAYS = ("take", "jobs", "in_force", "bindings_in_use", "binding")
JUDGED = ("previous", "pauses", "save_jobs", "save_progress", "queue", "planned")
FAILING = [
    *(("odd", method) for method in (*ALWAYS, "set_aside")),
    *(("innocent", method) for method in (*ALWAYS, *JUDGED)),
]


def run_of(site: Site) -> list[int]:
    """The sequences of the events that fired, in order."""
    return [run.sequence for run in site.store.runs]


def odd_site(*specs: str) -> Site:
    """A site at which an event that cannot be judged waits, and then these."""
    site = Site({"a.py": "failed-job-self"})
    site.send("failed-job", **ODD)
    for spec in specs:
        site.send(spec)
    return site


# Set aside is one event that cannot be judged while others can.


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
@pytest.mark.parametrize(
    "odd", [set(), {1}, {4}, {7}, {2, 3}, {1, 4, 7}, set(range(1, 8))]
)
def test_what_cannot_be_judged_is_set_aside_and_holds_up_nobody(
    odd: set[int], limit: int
) -> None:
    site = Site({"a.py": "failed-job-self"})
    for number in range(1, 8):
        site.send("failed-job", job=number, **(ODD if number in odd else {}))
    site.plan(limit)
    assert run_of(site) == [each for each in range(1, 8) if each not in odd]
    assert site.store.aside.keys() == odd
    assert not site.store.waiting


def test_it_says_why() -> None:
    site = odd_site()
    site.plan()
    (why,) = site.store.aside.values()
    assert why.startswith("it could not be planned: TypeError: ")


def test_it_changes_nothing_else() -> None:
    site = odd_site()
    site.plan()
    assert (site.store.jobs, site.store.memory, site.store.timers) == ({}, {}, {})


# Nothing is set aside for what is no event's fault.


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("x"), StoreBusy(), OSError()]
)
@pytest.mark.parametrize(("event", "method"), FAILING)
def test_a_store_that_fails_costs_no_event(
    event: str, method: str, error: Exception
) -> None:
    site = Site({"a.py": "done-job-self", "b.py": BOTH})
    site.send("complete-job", **(ODD if event == "odd" else {}))
    site.store.failing[method] = error
    with pytest.raises(type(error)):
        site.plan()
    assert (site.store.aside, len(site.store.waiting)) == ({}, 1)
    site.store.failing.clear()
    site.plan()
    assert not site.store.waiting


class BrokenFlags(QubConf):
    """What a defect of ours looks like: nothing that fires can be judged."""

    def enabled(self, language: str) -> bool:
        raise ValueError("a defect")


@pytest.mark.parametrize("limit", [1, 500])
def test_what_fails_for_every_event_is_no_events_fault(limit: int) -> None:
    site = Site({"a.py": "failed-job-self"}, qb_conf=BrokenFlags())
    for job in (7, 8):
        site.send("failed-job", job)
    with pytest.raises(ValueError, match="a defect"):
        site.plan(limit)
    assert (site.store.aside, len(site.store.waiting)) == ({}, 2)
    site.settings = type(site.settings)()
    site.restart()
    assert site.plan(limit) == [(7, "a.py"), (8, "a.py")]


def test_an_odd_event_is_not_set_aside_while_every_other_would_fail_too() -> None:
    site = odd_site("failed-job")
    site.settings = type(site.settings)(qb_conf=BrokenFlags)
    site.restart()
    with pytest.raises(ValueError, match="a defect"):
        site.plan()
    assert (site.store.aside, len(site.store.waiting)) == ({}, 2)


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x")])
def test_a_qb_conf_that_cannot_be_read_costs_no_event(error: Exception) -> None:
    def unreadable() -> QubConf:
        raise error

    site = odd_site("failed-job")
    site.settings = type(site.settings)(qb_conf=unreadable)
    site.restart()
    with pytest.raises(type(error)):
        site.plan()
    assert (site.store.aside, len(site.store.waiting)) == ({}, 2)


def test_a_configuration_that_cannot_be_used_costs_no_event() -> None:
    site = odd_site("failed-job")
    damaged = site.store.bindings[2].directories[0].mappings[0]
    object.__setattr__(damaged, "trigger", cast(str, None))
    with pytest.raises(Exception, match="cannot be used"):
        site.plan()
    assert (site.store.aside, len(site.store.waiting)) == ({}, 2)


def test_a_machine_without_memory_costs_no_event() -> None:
    class Hungry(QubConf):
        def enabled(self, language: str) -> bool:
            raise MemoryError

    site = Site({"a.py": "failed-job-self"}, qb_conf=Hungry())
    site.send("failed-job")
    with pytest.raises(MemoryError):
        site.plan()
    assert (site.store.aside, len(site.store.waiting)) == ({}, 1)


# Planned again, it has its own place in the order.


def mended(site: Site, *sequences: int) -> list[tuple[JobId, str]]:
    """Plan again what is set aside, now that it can be judged; give what fired."""
    store = site.store
    for sequence in sequences:
        accepted = store.events[sequence - 1]
        object.__setattr__(accepted.event.job, "pid", 0)
    store.plan_again(*sequences)
    return site.plan()


def test_an_event_that_is_planned_again_fires_then() -> None:
    site = odd_site("running-job")
    assert site.plan() == []
    assert mended(site, 1) == [(7, "a.py")]
    assert not site.store.aside


def test_what_still_cannot_be_judged_is_set_aside_again() -> None:
    site = odd_site()
    site.plan()
    site.store.plan_again(1)
    assert site.plan() == []
    assert site.store.aside.keys() == {1}


def test_what_its_job_was_told_later_still_holds() -> None:
    site = Site({"a.py": "failed-job-self"})
    site.happen("submit-job", name="old", user="jo")
    odd, new = {"prod_show": "odd", "kind": "odd"}, {"prod_show": "new"}
    site.send("failed-job", **ODD, name="odd", label="odd", fields=odd)
    site.happen("running-job", name="new")
    site.happen("blocked-work-1", fields=new)
    assert mended(site, 2) == [(7, "a.py")]
    job = site.store.jobs[7].job
    assert (job.status, job.name, job.label, job.user) == (
        "running",
        "new",
        "odd",
        "jo",
    )
    assert (job.fields["prod_show"], job.fields["kind"]) == ("new", "odd")


def test_what_nobody_told_later_is_what_it_tells() -> None:
    site = odd_site("running-work-1")
    site.plan()
    mended(site, 1)
    assert site.store.jobs[7].job.status == "failed"


def test_a_submission_that_is_planned_again_begins_the_job_there() -> None:
    site = Site({"a.py": "submit-job-self"})
    site.send("submit-job", **ODD)
    site.happen("running-job")
    assert mended(site, 1) == [(7, "a.py")]
    assert (site.store.jobs[7].since, site.store.jobs[7].job.status) == (1, "running")


def test_what_a_job_was_told_before_it_was_submitted_again_changes_it_no_more() -> None:
    site = Site(
        {"a.py": "failed-job-self", "b.py": "failed-job-self && running-job-self"}
    )
    site.happen("submit-job", "running-job")
    site.send("failed-job", **ODD)
    site.happen("submit-job", name="second")
    before = (dict(site.store.jobs), dict(site.store.memory))
    assert mended(site, 3) == [(7, "a.py")]
    assert (site.store.jobs, site.store.memory) == before


@pytest.mark.parametrize("spec", ["removed-job", "failed-job"])
def test_what_came_before_a_removal_fires_and_brings_nothing_back(spec: str) -> None:
    site = Site({"a.py": "failed-job-self || removed-job-self"})
    site.happen("submit-job")
    site.send(spec, **ODD)
    site.happen("removed-job")
    before = dict(site.store.jobs)
    assert mended(site, 2) == [(7, "a.py")]
    assert site.store.jobs == before


def test_what_came_after_a_removal_fires_nothing() -> None:
    site = Site({"a.py": "failed-job-self"})
    site.happen("submit-job", "removed-job")
    site.send("failed-job", **ODD)
    site.plan()
    assert mended(site, *site.store.aside) == []


def test_a_removal_that_is_planned_again_ends_the_job() -> None:
    site = Site({"a.py": "removed-job-self"})
    site.happen("submit-job")
    site.send("removed-job", **ODD)
    site.happen("running-job")
    assert mended(site, 2) == [(7, "a.py")]
    assert site.store.jobs[7].removed


def test_one_transition_fires_done_once_also_when_half_of_it_was_set_aside() -> None:
    site = Site({"a.py": "done-job-self"})
    site.happen("submit-job")
    site.send("failed-job", **ODD)
    assert site.happen("done-job") == []
    assert mended(site, 2) == [(7, "a.py")]


def test_an_and_remembers_what_is_planned_again() -> None:
    site = Site({"a.py": BOTH})
    site.happen("submit-job", pid=6)
    site.send("complete-job", job=6, **ODD)
    site.happen("complete-job")
    assert mended(site, 2) == [(7, "a.py")]


def test_a_child_that_was_submitted_since_does_not_hear_of_it() -> None:
    site = Site({"a.py": "failed-job-parent"})
    site.happen("submit-job", job=6, pid=7)
    site.send("failed-job", **ODD)
    site.happen("submit-job", job=8, pid=7)
    assert mended(site, 2) == [(6, "a.py")]


def test_several_of_one_job_are_planned_in_their_order() -> None:
    site = Site({"a.py": "failed-job-self || blocked-job-self"})
    site.happen("submit-job")
    site.send("failed-job", **ODD)
    site.happen("running-work-1")
    site.send("blocked-job", **ODD)
    site.plan()
    assert mended(site, 4, 2) == [(7, "a.py"), (7, "a.py")]
    assert run_of(site) == [2, 4]
    assert site.store.jobs[7].job.status == "blocked"


def test_what_may_be_set_aside_costs_nothing_while_nothing_is() -> None:
    site = Site({"a.py": "failed-job-self"})
    site.happen("submit-job", "failed-job")
    assert "later" not in site.store.used
