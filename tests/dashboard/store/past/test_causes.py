"""Each code has its situation on the tables, and is the first cause there."""

from __future__ import annotations

import pytest

from qubecb.why.answer import Answer
from qubecb.why.causes import KINDS, Code
from tests.dashboard.store.past.farm import Farm
from tests.dashboard.store.past.situations import SITUATIONS, Situation, cancelled


def asked(farm: Farm, situation: Situation) -> Answer:
    """Let it happen, and ask."""
    event, file, job = situation(farm)
    return farm.why_job(file, job or 7) if event is None else farm.why(event, file, job)


def test_every_code_has_a_situation() -> None:
    assert {code for code, _ in SITUATIONS} == set(Code)


@pytest.mark.parametrize(
    ("code", "situation"), SITUATIONS, ids=lambda each: getattr(each, "__name__", None)
)
def test_the_true_cause_is_the_first(
    code: Code, situation: Situation, farm: Farm
) -> None:
    answer = asked(farm, situation)
    assert answer.cause.code is code, answer.answer
    assert answer.cause.sentence in answer.answer
    assert set(answer.cause.parameters) <= set(KINDS[code].parameters)
    stopped = [each.step for each in answer.steps if each.verdict == "stopped"]
    assert stopped in ([], [answer.cause.stops], ["accepted"])
    assert bool(stopped) is (code is not Code.RAN)


@pytest.mark.parametrize(
    ("code", "situation"), SITUATIONS, ids=lambda each: getattr(each, "__name__", None)
)
def test_asked_about_the_job_every_mapping_has_an_answer(
    code: Code, situation: Situation, farm: Farm
) -> None:
    _, file, job = situation(farm)
    found = {each.about.file: each for each in farm.why_each_of_job(job or 7)}
    assert file in found
    assert found[file].cause.code == farm.why_job(file, job or 7).cause.code


def test_what_would_also_have_stopped_it_is_told(farm: Farm) -> None:
    farm.enable("python")
    farm.pause("off.pl")
    event = farm.happen("complete-work-7")
    codes = [each.code for each in farm.why(event, "off.pl").others]
    assert codes == [Code.OTHER_TYPE, Code.PAUSED, Code.LANGUAGE_DISABLED]


def test_a_run_that_was_cancelled_while_it_ran_did_run(farm: Farm) -> None:
    answer = asked(farm, cancelled)
    assert answer.cause.code is Code.CANCELLED
