"""The shipped farm in memory behaves as a farm."""

from __future__ import annotations

import pytest

from qubecb.errors import CascadeTooDeep
from qubecb.events import parse_event
from qubecb.runner.farm import Farm, JobQuery
from qubecb.runner.farm.consequences import next_depth
from qubecb.runner.farm.memory import MemoryFarm


def test_it_is_a_farm() -> None:
    farm: Farm = MemoryFarm({"id": 5, "status": "running"})
    assert farm.act("kill", ["5"], {}) == ["5.0"]


def test_actions_send_the_events_that_they_mean() -> None:
    farm = MemoryFarm(
        {"id": 5, "status": "blocked", "agenda": [{"name": "7", "status": "blocked"}]},
        clock=lambda: 100.0,
    )
    farm.act("unblockwork", ["5:7"], {})
    farm.act("unblock", ["5"], {})
    farm.act("kill", ["5"], {})
    assert [event.spec for event in farm.events] == [
        "unblock-work-7",
        "unblock-job",
        "killed-job",
    ]
    killed = farm.events[-1]
    assert (killed.time, killed.job.status) == (100.0, "killed")
    assert len({event.id for event in farm.events}) == 3


def test_events_change_its_jobs() -> None:
    farm = MemoryFarm()
    for name in ("submit", "running"):
        sent = {"name": name, "type": "job", "job": {"id": 5, "name": "shot"}}
        farm.take(parse_event(sent, 1.0))
    (job,) = farm.jobinfo(JobQuery(id=(5,)))
    assert (job["name"], job["status"]) == ("shot", "running")


@pytest.mark.parametrize("by", ["act", "event"])
def test_a_removed_job_is_found_by_id_and_group_only(by: str) -> None:
    farm = MemoryFarm({"id": 5, "pgrp": 4, "status": "failed"}, {"id": 6})
    if by == "act":
        assert farm.act("remove", ["5"], {}) == [5]
    else:
        sent = {"name": "removed", "type": "job", "job": {"id": 5}}
        farm.take(parse_event(sent, 1.0))
    assert [job["id"] for job in farm.jobinfo(JobQuery())] == [6]
    assert [job["pgrp"] for job in farm.jobinfo(JobQuery(id=(5,)))] == [4]
    assert [job["id"] for job in farm.jobinfo(JobQuery(pgrp=(4,)))] == [5]
    assert farm.act("kill", ["5"], {}) == []


def test_a_chain_of_actions_and_events_stops_16_deep() -> None:
    depth = 0
    for _ in range(16):
        depth = next_depth(depth)
    with pytest.raises(CascadeTooDeep, match="16 deep"):
        next_depth(depth)
