"""A simulation reads for real and changes nothing."""

from __future__ import annotations

import pytest

from qubecb.errors import BadTarget
from qubecb.runner.farm import JobQuery
from qubecb.runner.farm.simulation import SimulationFarm
from tests.core.runner.children import converse, farm, order, python


def test_reads_are_real() -> None:
    names = [job["name"] for job in SimulationFarm(farm()).jobinfo(JobQuery(id=(77,)))]
    assert names == ["Übung 東"]


def test_actions_give_what_they_would_have_affected_and_change_nothing() -> None:
    kept = farm()
    simulation = SimulationFarm(kept)
    assert simulation.act("unblock", ["1234"], {}) == ["1234.0"]
    assert simulation.act("unblock", ["1234"], {}) == ["1234.0"]
    assert simulation.act("unblockwork", ["1234:25-29"], {}) == [
        "1234:25",
        "1234:26",
        "1234:29",
    ]
    assert simulation.act("modify", ["1230"], {"priority": 1}) == [1230]
    assert simulation.act("remove", ["77"], {}) == [77]
    assert simulation.act("kill", ["99"], {}) == []
    assert (kept.records, kept.events) == (farm().records, [])


def test_a_bad_target_is_refused_as_for_real() -> None:
    with pytest.raises(BadTarget):
        SimulationFarm(farm()).act("kill", ["0"], {})


def test_a_simulated_run_notes_its_actions() -> None:
    kept = farm()
    script = "print(qb.kill(1230), qb.jobstatus(1230))"
    talk = converse(python(script), order(simulate=True), SimulationFarm(kept))
    assert talk.output == "['1230.0'] running\n"
    assert [one.applied for one in talk.conversation.actions] == [("1230.0",)]
    assert kept.records[1230].job.status == "running"
