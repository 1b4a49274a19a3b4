"""One verb for several targets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qubecb.errors import BadTarget, FarmError
from qubecb.jobs import Caused, JobRecord, apply_all
from qubecb.jobs.ids import JobId
from tests.measuring import grows_with_its_input


def farm(*ids: int) -> dict[JobId, JobRecord]:
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
    records: dict[JobId, JobRecord] = {
        1: JobRecord.from_info({"id": 1, "agenda": agenda})
    }
    assert len(apply_all(records, "retrywork", ["1:0-9999"]).affected) == 10_000


def large(count: int) -> dict[JobId, JobRecord]:
    """One job with so many items and instances."""
    agenda = [{"name": str(number), "status": "running"} for number in range(count)]
    subjobs = [{"id": number, "status": "running"} for number in range(count)]
    told = {"id": 1, "status": "running", "agenda": agenda, "subjobs": subjobs}
    return {1: JobRecord.from_info(told)}


def by_name(count: int) -> tuple[str, list[str]]:
    return "killwork", [f"1:{number}" for number in range(count)]


def by_ranges(count: int) -> tuple[str, list[str]]:
    return "killwork", [f"1:{n}-{n + 1}" for n in range(0, count, 2)]


def by_missing_ranges(count: int) -> tuple[str, list[str]]:
    return "killwork", [f"1:{n + 10**9}-{n + 10**12}x2" for n in range(count)]


def by_instance(count: int) -> tuple[str, list[str]]:
    return "kill", [f"1.{number}" for number in range(count)]


def the_job(count: int) -> tuple[str, list[str]]:
    return "kill", ["1"]


@pytest.mark.parametrize(
    "ask", [by_name, by_ranges, by_missing_ranges, by_instance, the_job]
)
def test_the_time_of_an_act_is_linear_in_what_it_names(
    ask: Callable[[int], tuple[str, list[str]]],
) -> None:
    def apply(times: int) -> Callable[[], object]:
        records, (verb, targets) = large(500 * times), ask(500 * times)
        return lambda: apply_all(records, verb, targets)

    assert grows_with_its_input(apply)


def test_ranges_that_look_at_too_much_are_refused() -> None:
    targets = [f"1:0-{8000 + number}x2" for number in range(1000)]
    odd = [{"name": str(2 * number + 1)} for number in range(8000)]
    records: dict[JobId, JobRecord] = {1: JobRecord.from_info({"id": 1, "agenda": odd})}
    with pytest.raises(BadTarget, match="too many"):
        apply_all(records, "killwork", targets)


def test_more_items_than_a_call_may_name_are_refused() -> None:
    with pytest.raises(FarmError, match="more than 10000 agenda items"):
        apply_all(large(10_001), "killwork", ["1:0-10000"])
