"""What happened to a job, as a tree, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard.models import EventRecord, ProgressRecord, Run
from dashboard.queries import timeline as queries
from dashboard.queries.timeline import Entry, timeline
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


def specs(entries: list[Entry]) -> list[str]:
    return [each.spec for each in entries]


def test_events_stand_newest_first_with_their_runs_below_them() -> None:
    first = factories.event(name="submit", runs_count=2)
    runs = [factories.run(of=first, file=file) for file in ("a.py", "b.py")]
    factories.event(name="failed")
    found = timeline([5042])
    assert specs(found.entries) == ["failed-job", "submit-job"]
    assert [each.run for each in found.entries[1].runs] == runs


def test_an_event_of_another_job_for_which_a_callback_ran_is_there() -> None:
    other = factories.event(job_id=5040, runs_count=1)
    run = factories.run(of=other, job=5042)
    [entry] = timeline([5042]).entries
    assert entry.event == other
    assert [each.run for each in entry.runs] == [run]


def test_runs_of_other_jobs_are_counted() -> None:
    event = factories.event(runs_count=3)
    for _ in range(2):
        factories.run(of=event, job=5043)
    factories.run(of=event)
    [entry] = timeline([5042]).entries
    assert len(entry.runs) == 1
    assert [(each.file, each.count) for each in entry.elsewhere] == [("mail.py", 2)]
    assert entry.more_runs == 0


def test_a_cascade_hangs_below_the_run_that_began_it() -> None:
    first = factories.event(runs_count=1)
    run = factories.run(of=first)
    act = {"verb": "retry", "targets": ["5042"], "arguments": {}}
    factories.event(name="", type="", change=act, caused_by=run.pk, source="farm")
    killed = factories.event(name="killed", caused_by=run.pk, runs_count=1, depth=1)
    second = factories.run(of=killed, depth=1)
    factories.event(name="removed", caused_by=second.pk, depth=2)
    [root] = timeline([5042]).entries
    [run_entry] = root.runs
    assert specs(run_entry.caused) == ["retry", "killed-job"]
    assert run_entry.caused[0].is_act
    assert specs(run_entry.caused[1].runs[0].caused) == ["removed-job"]


def test_what_was_caused_by_a_run_that_is_not_here_stands_by_itself() -> None:
    factories.event(caused_by=99_999)
    assert len(timeline([5042]).entries) == 1


def test_a_part_of_an_and_tells_for_which_run_it_was_counted() -> None:
    first = factories.event(name="complete")
    last = factories.event(name="failed", runs_count=1)
    satisfied = [
        ["complete-job-self", first.sequence, first.event_id, "2026-03-01"],
        ["failed-job-self", last.sequence, last.event_id, "2026-03-01"],
    ]
    run = factories.run(of=last, satisfied_by=satisfied)
    newest, oldest = timeline([5042]).entries
    assert [(each.run, each.spec) for each in oldest.counted] == [
        (run.pk, "complete-job-self")
    ]
    assert not newest.counted
    assert not oldest.silent


def test_what_is_remembered_is_told_at_its_event() -> None:
    event = factories.event()
    progress = ProgressRecord(
        job_id=5042,
        file="a.py",
        satisfied={"failed-job-self": event.sequence, "x": None},
    )
    [entry] = timeline([5042], [progress]).entries
    assert entry.remembered == [progress]
    assert not entry.silent


@pytest.mark.parametrize(
    ("given", "silent"),
    [
        ({}, True),
        ({"runs_count": 1}, False),
        ({"planned_at": None}, False),
        ({"name": "", "type": "", "change": {"verb": "retry"}}, False),
    ],
)
def test_one_may_wonder_about_what_was_planned_and_caused_nothing(
    given: dict[str, Any], silent: bool
) -> None:
    factories.event(**given)
    [entry] = timeline([5042]).entries
    assert entry.silent == silent


def test_an_event_that_was_pruned_is_there_for_its_runs() -> None:
    run = factories.run()
    EventRecord.objects.all().delete()
    [entry] = timeline([5042]).entries
    assert (entry.event, entry.spec, entry.at) == (None, "failed-job", run.queued_at)


def test_what_runs_asked_of_the_farm_is_told_up_to_a_few() -> None:
    act = {"verb": "unblock", "targets": ["5043"], "applied": ["5043"]}
    factories.run(actions=[act])
    factories.run(actions=[act] * 7)
    factories.run(actions=[{**act, "targets": ["1" * 9] * 500}])
    large, many, one = (each.runs[0] for each in timeline([5042]).entries)
    assert (one.asked, one.more) == ([act], False)
    assert (len(many.asked), many.more) == (5, True)
    assert (large.asked, large.more) == ([], True)


def test_pages_follow_one_another_without_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "SHOWN", 3)
    own = [factories.event().sequence for _ in range(4)]
    theirs = [factories.run(of=factories.event(job_id=7), job=5042).event]
    own += [factories.event().sequence for _ in range(3)]
    expected = sorted(own + theirs, reverse=True)
    first = timeline([5042])
    second = timeline([5042], before=first.older)
    third = timeline([5042], before=second.older)
    pages = [[each.sequence for each in page.all] for page in (first, second, third)]
    assert pages == [expected[:3], expected[3:6], expected[6:]]
    assert (first.newer, third.older) == (None, None)
    back = timeline([5042], after=third.newer)
    assert [each.sequence for each in back.all] == pages[1]
    assert timeline([5042], after=back.newer).newer is None


def test_several_jobs_are_one_timeline() -> None:
    for job in (1, 2, 3):
        factories.event(job_id=job)
    assert [each.event and each.event.job_id for each in timeline([1, 3]).all] == [3, 1]


def test_a_page_of_a_long_history_takes_as_many_statements_as_a_short_one(
    django_assert_num_queries: Any,
) -> None:
    def some(count: int) -> None:
        now = timezone.now()
        events = [
            EventRecord(
                event_id=f"{count}-{each}",
                name="failed",
                type="work",
                extra=str(each),
                time=now,
                job_id=5042,
                accepted_at=now,
                planned_at=now,
                source="api",
                runs_count=1,
            )
            for each in range(count)
        ]
        for event in EventRecord.objects.bulk_create(events):
            if event.sequence % 10 == 0:
                factories.run(of=event, queued_at=now - timedelta(seconds=1))

    some(10)
    with django_assert_num_queries(7):
        timeline([5042])
    some(300)
    assert Run.objects.count() == 31
    with django_assert_num_queries(7):
        assert len(timeline([5042]).all) == queries.SHOWN
