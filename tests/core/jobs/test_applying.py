"""One verb for several targets."""

from __future__ import annotations

import pytest

from qubecb.errors import BadTarget
from qubecb.jobs import Caused, JobRecord, apply_all


def farm(*ids: int) -> dict[int, JobRecord]:
    return {
        number: JobRecord.from_info(
            {
                "id": number,
                "status": "running",
                "agenda": [{"name": "1", "status": "running"}],
            }
        )
        for number in ids
    }


def test_each_target_is_done_on_top_of_the_one_before() -> None:
    applied = apply_all(farm(1, 2), "killwork", ["1:1", "2:1", "1:1"])
    assert applied.affected == ("1:1", "2:1")
    assert [deed.event for deed in applied.deeds] == 2 * [Caused("killed", "work", "1")]


def test_unknown_jobs_are_left_out() -> None:
    applied = apply_all(farm(1), "kill", ["99", "1"])
    assert (applied.affected, set(applied.records)) == (("1.0",), {1})


def test_one_bad_target_changes_nothing() -> None:
    with pytest.raises(BadTarget):
        apply_all(farm(1), "kill", ["1", "0"])


def test_a_removed_job_takes_no_further_target() -> None:
    applied = apply_all(farm(1), "remove", ["1", "1"])
    assert applied.affected == (1,)
    assert applied.removed == frozenset({1})


def test_ten_thousand_items_take_one_range() -> None:
    agenda = [{"name": str(number), "status": "failed"} for number in range(10_000)]
    records = {1: JobRecord.from_info({"id": 1, "agenda": agenda})}
    assert len(apply_all(records, "retrywork", ["1:0-9999"]).affected) == 10_000
