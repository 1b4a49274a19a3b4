"""Why events of a job caused nothing is told in one pass, and is what asking one by one tells."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.models import EventRecord
from dashboard.store.past import silent
from dashboard.store.past.silent import silences
from qubecb.why.causes import Code
from tests.dashboard.store.past.farm import CONFIG, Farm

HAPPENED = (
    *("failed-work-8", "running-job", "complete-work-1", "complete-job", "done-job"),
    *("killed-work-3", "complete-work-7", "removed-job", "failed-job"),
)


def events(*ids: str) -> list[EventRecord]:
    return list(EventRecord.objects.filter(event_id__in=ids).order_by("sequence"))


def test_the_callback_that_came_nearest_is_named(farm: Farm) -> None:
    [event] = events(farm.happen("failed-work-8"))
    [found] = silences(7, [event]).values()
    assert found.key == farm.site.key("item.py")
    assert found.cause is not None
    assert found.cause.code is Code.OTHER_EXTRA


def test_an_event_that_no_callback_waits_for_is_told_as_that(farm: Farm) -> None:
    [event] = events(farm.happen("running-job"))
    [found] = silences(7, [event]).values()
    assert (found.key, found.cause) == (None, None)


def test_it_is_what_asking_about_the_one_callback_tells(farm: Farm) -> None:
    ids = [farm.happen(spec) for spec in HAPPENED]
    farm.site.write(CONFIG.replace("own.py", "new.py"))
    ids += [farm.happen(spec) for spec in HAPPENED]
    quiet = [each for each in events(*ids) if not each.runs_count]
    found = silences(7, quiet)
    assert found.keys() == {each.sequence for each in quiet}
    for event in quiet:
        silence = found[event.sequence]
        if silence.key and silence.cause:
            answer = farm.why(event.event_id, silence.key.file)
            assert answer.cause == silence.cause, event.spec


def test_a_job_with_very_many_records_is_not_judged_on_the_way(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    [event] = events(farm.happen("failed-work-8"))
    monkeypatch.setattr(silent, "MOST_RECORDS", 1)
    assert silences(7, [event]) == {}


def test_of_very_many_callbacks_only_the_newest_events_are_judged(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = events(farm.happen("failed-work-8"), farm.happen("failed-work-9"))
    monkeypatch.setattr(silent, "MOST_CASES", 10)
    assert silences(7, [first, second]).keys() == {second.sequence}


def test_what_was_judged_is_not_judged_again(
    farm: Farm, django_assert_num_queries: Any
) -> None:
    quiet = events(farm.happen("failed-work-8"))
    first = silences(7, quiet)
    with django_assert_num_queries(1):
        assert silences(7, quiet) == first
    with django_assert_num_queries(0):
        assert silences(7, []) == {}
