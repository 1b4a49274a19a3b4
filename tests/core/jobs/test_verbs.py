"""Section by section what each verb does: one row a verb, every status tried."""

from __future__ import annotations

import pytest

from qubecb.errors import BadTarget, FarmError, UnknownVerb
from qubecb.jobs import Caused, JobRecord, apply
from qubecb.jobs.fields import STATUSES
from qubecb.jobs.job import Job
from qubecb.jobs.modifying import check_modification
from qubecb.jobs.verbs import ALIASES, VERBS, first_name

ENDED = {"complete", "failed", "killed"}
ACTIVE = set(STATUSES) - ENDED
#: Something is at work, whatever it is called.
RUNNING = {"running", "failing", "retrying", "registering", "dying", "exiting"}
KILLABLE = {*RUNNING, "pending", "blocked", "badlogin"}

#: verb, statuses it is allowed from, what the job becomes, the event's name.
JOB_ROWS = [
    ("block", ACTIVE - {"blocked"}, "blocked", "blocked"),
    ("unblock", {"blocked"}, "pending", "unblock"),
    ("kill", KILLABLE, "killed", "killed"),
    ("fail", ACTIVE, "failed", "failed"),
    ("retire", ACTIVE, "complete", "complete"),
    ("complete", ACTIVE, "complete", "complete"),
    ("retry", ENDED, "pending", None),
    ("requeue", ENDED, "blocked", "blocked"),
    ("migrate", RUNNING, "pending", None),
    ("interrupt", RUNNING, "pending", None),
    ("preempt", RUNNING, "pending", None),
    ("suspend", RUNNING, "suspended", None),
    ("resume", {"suspended"}, "running", None),
]
#: verb, statuses it is allowed from, what the item becomes, the event's name.
WORK_ROWS = [
    ("blockwork", {"pending"}, "blocked", "blocked"),
    ("unblockwork", {"blocked"}, "pending", "unblock"),
    ("killwork", KILLABLE, "killed", "killed"),
    ("failwork", ACTIVE, "failed", "failed"),
    ("retirework", ACTIVE, "complete", "complete"),
    ("retrywork", ENDED, "pending", None),
    ("requeuework", ENDED, "blocked", "blocked"),
]
#: verb, items before, items after: what a job's verb does to its items.
ITEMS_OF_A_JOB = [
    ("block", "running", "pending running blocked", "pending pending blocked"),
    ("unblock", "blocked", "pending blocked", "pending blocked"),
    (
        "kill",
        "running",
        "pending running blocked complete failed",
        "killed killed killed complete failed",
    ),
    (
        "fail",
        "running",
        "pending running complete killed",
        "failed failed complete killed",
    ),
    ("retire", "running", "pending running complete", "pending running complete"),
    (
        "retry",
        "failed",
        "failed killed complete blocked",
        "pending pending pending blocked",
    ),
    (
        "requeue",
        "failed",
        "failed killed complete pending",
        "blocked blocked blocked pending",
    ),
    ("migrate", "running", "running complete blocked", "pending complete blocked"),
    ("interrupt", "running", "running complete", "pending complete"),
    ("preempt", "running", "running pending", "running pending"),
    ("suspend", "running", "running pending", "running pending"),
    ("resume", "suspended", "running pending", "running pending"),
]


def record(status: str, items: str = "", instances: str = "") -> JobRecord:
    return JobRecord.from_info(
        {
            "id": 1234,
            "status": status,
            "agenda": [
                {"name": str(number), "status": one}
                for number, one in enumerate(items.split(), 1)
            ],
            "subjobs": [
                {"id": number, "status": one}
                for number, one in enumerate(instances.split())
            ],
        }
    )


def items_of(changed: JobRecord) -> str:
    return " ".join(item.status for item in changed.items)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("verb", "allowed", "becomes", "event"), JOB_ROWS)
def test_a_job_verb_changes_the_job_from_its_statuses_only(
    verb: str, allowed: set[str], becomes: str, event: str | None, status: str
) -> None:
    before = record(status, instances=status)
    change = apply(before, verb, "1234")
    if status not in allowed:
        assert (change.record, change.affected, change.events) == (before, (), ())
        return
    assert change.record.job.status == becomes
    assert change.record.instances[0].status == becomes
    assert change.affected == ("1234.0",)
    assert change.events == ((Caused(event),) if event else ())


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("verb", "allowed", "becomes", "event"), JOB_ROWS)
def test_an_instance_changes_alone(
    verb: str, allowed: set[str], becomes: str, event: str | None, status: str
) -> None:
    before = record("running", items="running", instances=f"running {status}")
    change = apply(before, verb, "1234.1")
    if status not in allowed:
        assert (change.record, change.affected, change.events) == (before, (), ())
        return
    assert [one.status for one in change.record.instances] == ["running", becomes]
    assert (change.record.job, change.record.items) == (before.job, before.items)
    assert change.affected == ("1234.1",)
    assert change.events == ((Caused(event, "subjob", "1"),) if event else ())


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("verb", "allowed", "becomes", "event"), WORK_ROWS)
def test_an_item_changes_alone(
    verb: str, allowed: set[str], becomes: str, event: str | None, status: str
) -> None:
    before = record("blocked", items=f"running {status}")
    change = apply(before, verb, "1234:2")
    if status not in allowed:
        assert (change.record, change.affected, change.events) == (before, (), ())
        return
    assert items_of(change.record) == f"running {becomes}"
    assert change.record.job == before.job
    assert change.affected == ("1234:2",)
    assert change.events == ((Caused(event, "work", "2"),) if event else ())


@pytest.mark.parametrize(("verb", "status", "before", "after"), ITEMS_OF_A_JOB)
def test_what_a_job_verb_does_to_the_items(
    verb: str, status: str, before: str, after: str
) -> None:
    assert items_of(apply(record(status, before), verb, "1234").record) == after


def test_every_verb_of_the_table_has_a_row_here() -> None:
    rows = {row[0] for row in (*JOB_ROWS, *WORK_ROWS)} - {"complete"}
    assert set(VERBS) == rows | {"shove", "top", "bottom", "modify", "remove"}


@pytest.mark.parametrize(
    ("verb", "affected"), [("shove", "1234"), ("top", 1234), ("bottom", 1234)]
)
@pytest.mark.parametrize("status", STATUSES)
def test_order_verbs_change_no_status_and_give_the_id(
    verb: str, affected: str | int, status: str
) -> None:
    before = record(status)
    change = apply(before, verb, "1234")
    assert change.record == before
    assert change.affected == ((affected,) if status in ACTIVE else ())
    assert change.events == ()


@pytest.mark.parametrize("status", STATUSES)
def test_remove_takes_a_job_away_from_any_status(status: str) -> None:
    change = apply(record(status), "remove", "1234")
    assert change.removed
    assert (change.affected, change.events) == ((1234,), (Caused("removed"),))


@pytest.mark.parametrize("status", STATUSES)
def test_modify_changes_fields_of_active_jobs(status: str) -> None:
    change = apply(record(status), "modify", "1234", {"priority": "10", "name": "new"})
    if status in ENDED:
        assert change.affected == ()
        return
    assert change.record.job.name == "new"
    assert change.record.job.fields["priority"] == 10
    assert (change.affected, change.events) == ((1234,), (Caused("modified"),))


def test_modify_that_changes_nothing_sends_no_event() -> None:
    once = apply(record("running"), "modify", "1234", {"priority": 10}).record
    again = apply(once, "modify", "1234", {"priority": 10})
    assert (again.affected, again.events) == ((1234,), ())


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "at least one field"),
        ({"status": "complete"}, "does not change 'status'"),
        ({"priorty": 1}, "did you mean 'priority'"),
        ({"priority": "high"}, "priority must be an integer"),
        ({"priority": True}, "priority must be an integer"),
        ({"cpus": 1.5}, "cpus must be an integer"),
        ({"name": ""}, "name must be text"),
        ({"env": "PATH=/bin"}, "env must be a dict"),
        ({"pgrp": -1}, "pgrp"),
        ({"notes": "a\0b"}, "NUL"),
    ],
)
def test_modify_refuses_what_it_cannot_change(
    fields: dict[str, object], says: str
) -> None:
    with pytest.raises(FarmError, match=says):
        apply(record("running"), "modify", "1234", fields)


def test_a_jobs_unblock_leaves_items_blocked_one_by_one() -> None:
    blocked = apply(record("blocked", "pending pending"), "blockwork", "1234:1").record
    assert items_of(apply(blocked, "unblock", "1234").record) == "blocked pending"


def test_every_changed_instance_of_a_job_is_given() -> None:
    change = apply(
        record("running", instances="running complete running"), "kill", "1234"
    )
    assert change.affected == ("1234.0", "1234.2")


def test_a_job_whose_instances_are_unknown_stands_for_its_instance_0() -> None:
    assert apply(record("blocked"), "unblock", "1234").affected == ("1234.0",)


def test_an_unknown_instance_or_item_is_left_out() -> None:
    before = record("running", "running", "running")
    assert apply(before, "kill", "1234.7").affected == ()
    assert apply(before, "killwork", "1234:99").affected == ()


@pytest.mark.parametrize(
    ("target", "affected"),
    [
        ("25-29", "25 26 28"),
        ("25,28", "25 28"),
        ("25-30x3", "25 28"),
        ("1-10", "1-10"),
        ("-5--1", "-3"),
        ("Segment:1-100", "Segment:1-100"),
        ("30-20", ""),
        ("2-11", "2-11"),
    ],
)
def test_an_item_is_found_by_its_name_first_and_then_by_range(
    target: str, affected: str
) -> None:
    names = ["-3", "1-10", "2-11", "5", "25", "26", "28", "Segment:1-100"]
    agenda = [{"name": name, "status": "running"} for name in names]
    before = JobRecord.from_info({"id": 1234, "status": "running", "agenda": agenda})
    change = apply(before, "killwork", f"1234:{target}")
    assert change.affected == tuple(f"1234:{name}" for name in affected.split())


@pytest.mark.parametrize(("alias", "first"), sorted(ALIASES.items()))
def test_aliases_and_old_names_mean_their_first_name(alias: str, first: str) -> None:
    assert first_name(alias) == first
    assert first in VERBS


def test_an_unknown_verb_is_refused() -> None:
    with pytest.raises(UnknownVerb, match="'explode'"):
        apply(record("running"), "explode", "1234")


@pytest.mark.parametrize(
    ("verb", "target", "says"),
    [
        ("kill", "1234:7", "use killwork"),
        ("migrate", "1234:7", "takes no agenda item"),
        ("killwork", "1234", "written like 1234:7"),
        ("killwork", "1234.0", "written like 1234:7"),
        ("remove", "1234.0", "takes whole jobs"),
        ("modify", "1234.0", "takes whole jobs"),
        ("kill", "99", "does not belong to job 1234"),
    ],
)
def test_a_verb_refuses_another_kind_of_target(
    verb: str, target: str, says: str
) -> None:
    with pytest.raises(BadTarget, match=says):
        apply(record("running"), verb, target)


def test_a_verb_is_pure() -> None:
    before = record("running", "running", "running")
    apply(before, "kill", "1234")
    assert before == record("running", "running", "running")
    assert before.job == Job(1234, status="running", fields=before.job.fields)


@pytest.mark.parametrize("number", [2**63, 2**70, -(2**63)])
def test_a_number_that_no_database_holds_is_refused(number: int) -> None:
    with pytest.raises(FarmError, match=r"priority must be from -2\^63"):
        check_modification({"priority": number})
