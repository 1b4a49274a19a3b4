"""Why a callback did or did not run over a span, from what the tables have."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dashboard.models import EventKind, EventRecord, Run
from dashboard.store.past.why_span import WhySpan
from qubecb.why.causes import Code
from qubecb.why.funnel import Funnel
from tests.dashboard.factories import event
from tests.dashboard.store.past.farm import Farm
from tests.dashboard.store.past.histories import FILES, TIMED, RandomFarm
from tests.dashboard.store.site import Site


def asked(farm: Farm, file: str, since: float = 0.0) -> Funnel:
    """Ask about a callback from a time on until now."""
    span = WhySpan(farm.site.key(file), since, time.time() + 1)
    for share in span.run():
        assert 0 <= share <= 1
    return span.result()


def counts(funnel: Funnel) -> list[int]:
    return [*funnel.counts.values()]


def code(funnel: Funnel) -> Code:
    return funnel.furthest.cause.code


def test_what_ran_is_counted_step_by_step(farm: Farm) -> None:
    farm.happen("failed-job")
    farm.happen("failed-job", job=8)
    farm.run()
    farm.pause("own.py")
    farm.happen("failed-job")
    found = asked(farm, "own.py")
    assert counts(found) == [3, 3, 3, 1, 2, 2]
    assert "own.py was started 2 times between " in found.answer
    assert found.answer.endswith("; 1 was kept back")
    assert code(found) is Code.RAN
    assert [each.code for each in found.others] == [Code.PAUSED]


def test_what_was_kept_back_is_told_with_its_cause(farm: Farm) -> None:
    farm.pause("own.py")
    for _ in range(3):
        farm.happen("failed-job")
    found = asked(farm, "own.py")
    assert counts(found) == [3, 3, 3, 3, 0, 0]
    assert code(found) is Code.PAUSED
    assert "because it was paused by jo from" in found.answer
    assert found.answer.endswith("(mail storm); 3 were kept back")


def test_of_events_that_fit_ill_the_one_that_came_furthest_is_told(farm: Farm) -> None:
    farm.happen("failed-work-8")
    found = asked(farm, "item.py")
    assert counts(found) == [1, 1, 0, 0, 0, 0]
    assert code(found) is Code.OTHER_EXTRA
    assert "the event that came, `failed-work-8` of job 7, and " in found.answer


def test_events_of_other_jobs_are_of_the_kind_and_about_another_job(farm: Farm) -> None:
    farm.happen("failed-job", job=8)
    farm.happen("failed-job", job=9)
    found = asked(farm, "named.py")
    assert counts(found) == [2, 0, 0, 0, 0, 0]
    assert code(found) is Code.OTHER_JOB
    assert "of 2 events of its kinds, `failed-job` of job" in found.answer


def test_and_waits_for_what_did_not_come(farm: Farm) -> None:
    farm.happen("complete-work-1")
    found = asked(farm, "both.py")
    assert counts(found) == [1, 1, 0, 0, 0, 0]
    assert code(found) is Code.WAITING_FOR


def test_where_nothing_came_the_nearest_is_told(farm: Farm) -> None:
    since = time.time()
    farm.happen("failed-subjob-1")
    found = asked(farm, "item.py", since)
    assert counts(found) == [0] * 6
    assert code(found) is Code.NO_EVENT
    assert "no event for `failed-work-self-7` came; the nearest was" in found.answer
    assert "`failed-subjob-1` of job 7" in found.answer


def test_the_nearest_is_found_behind_what_comes_all_the_time(farm: Farm) -> None:
    since = time.time()
    farm.happen("failed-subjob-1")
    farm.happen("running-job")
    busy = EventKind.objects.get(name="running")
    EventKind.objects.bulk_create(
        EventKind(
            **{"name": "running", "type": "job", "last": busy.last, "count": 1},
            **{"hour": busy.hour - timedelta(hours=back), "last_at": busy.last_at},
        )
        for back in range(1, 120)
    )
    assert "the nearest was `failed-subjob-1`" in asked(farm, "item.py", since).answer


def test_a_mapping_that_came_after_the_submission_is_not_in_the_revision(
    farm: Farm,
) -> None:
    farm.site.write("new.py = failed-job-self\n")
    farm.happen("failed-job")
    found = asked(farm, "new.py")
    assert counts(found) == [1, 0, 0, 0, 0, 0]
    assert code(found) is Code.NOT_IN_REVISION


def test_a_callback_that_is_mapped_nowhere_says_so(farm: Farm) -> None:
    assert code(asked(farm, "never.py")) is Code.NOT_IN_REVISION


def test_a_callback_whose_only_line_is_broken_is_told_that(farm: Farm) -> None:
    farm.happen("failed-job")
    found = asked(farm, "broken.py")
    assert code(found) is Code.BROKEN_LINE
    assert "because line 14 is broken" in found.answer


def test_what_the_dispatcher_has_not_planned_counts_as_come(farm: Farm) -> None:
    farm.site.take_in("failed-job", 7)
    found = asked(farm, "own.py")
    assert counts(found) == [1, 0, 0, 0, 0, 0]
    assert code(found) is Code.NOT_PLANNED


def test_only_the_span_counts(farm: Farm) -> None:
    farm.happen("failed-job")
    since = time.time()
    farm.happen("failed-job")
    assert counts(asked(farm, "own.py", since))[:3] == [1, 1, 1]
    assert counts(asked(farm, "own.py"))[:3] == [2, 2, 2]


def test_history_that_was_pruned_is_never_no_event(farm: Farm) -> None:
    farm.happen("failed-work-8")
    since = time.time() - 100
    EventRecord.objects.all().delete()
    farm.happen("submit-job", job=9)
    found = asked(farm, "item.py", since)
    assert "where history begins" in found.answer
    assert found.furthest.cause.parameters["since"]
    assert found.remarks[0].startswith("history reaches back to")
    EventRecord.objects.update(accepted_at=timezone.now() + timedelta(hours=1))
    assert code(asked(farm, "item.py", since)) is Code.BEFORE_HISTORY


#: Random histories.
SEEDS = int(os.environ.get("SPAN_SEEDS", "8"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_its_numbers_are_those_of_the_tables(
    site: Site, settings: Any, seed: int
) -> None:
    event(sequence=1)  # nothing was pruned
    farm = RandomFarm(site, settings.DATA, seed)
    farm.live(40)
    since = time.time()
    first = EventRecord.objects.latest("sequence").sequence
    farm.live(60)
    farm.run()
    for file in (*FILES, TIMED):
        span = WhySpan(site.key(file), since, time.time() + 1)
        list(span.run())
        runs = Run.objects.filter(file=file, replay_of=None, event__gt=first)
        found = span.result()
        assert counts(found)[2:] == [
            runs.count(),
            runs.filter(state="suppressed").count(),
            runs.exclude(started_at=None).count(),
            runs.filter(state="succeeded").count(),
        ]
        assert span.following.true == runs.count()
        events = EventRecord.events.filter(pk__gt=first).order_by("pk")
        assert set(span.right_job) <= set(span.of_kind)
        assert set(runs.values_list("event", flat=True)) <= set(span.right_job)
        of_kind = [e.pk for e in events if (e.name, e.type) in span.kinds]
        assert sorted(span.of_kind) == of_kind
