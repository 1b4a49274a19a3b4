"""What a person may mean by a few characters."""

from __future__ import annotations

import pytest

from dashboard.queries.search import search
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["5042", "job 5042", "JOB 5042", "#5042"])
def test_a_number_is_a_job(text: str) -> None:
    job = factories.job(5042)
    assert search(text).jobs == [job]


@pytest.mark.parametrize("form", ["{}", "run {}", "run #{}"])
def test_a_number_is_a_run(form: str) -> None:
    run = factories.run()
    assert search(form.format(run.pk)).runs == [run]


def test_a_number_may_be_both_and_a_kind_decides() -> None:
    run = factories.run()
    factories.job(run.pk)
    assert search(str(run.pk)).count == 2
    assert search(f"run {run.pk}").count == 1
    assert search(f"event {run.event}").events[0].pk == run.event


def test_a_part_of_a_name_finds_jobs_and_callbacks_and_triggers() -> None:
    job = factories.job(name="shot_mail_010")
    factories.roll_up(file="mail.py", trigger="failed-job-mailer")
    found = search("MAIL")
    assert found.jobs == [job]
    assert found.callbacks == [(factories.DIRECTORY, "mail.py")]
    assert found.triggers == ["failed-job-mailer"]


def test_a_callback_is_found_once_however_often_it_ran() -> None:
    factories.roll_up(0)
    factories.roll_up(1)
    assert len(search("mail.py").callbacks) == 1


def test_a_sources_id_finds_its_event() -> None:
    event = factories.event(event_id="3f2a-77")
    assert search("3f2a-77").events == [event]


@pytest.mark.parametrize("text", ["%", "_", "9" * 500, "run x", "''", "\\"])
def test_odd_texts_find_nothing(text: str) -> None:
    factories.job(name="shot")
    assert search(text).count == 0
