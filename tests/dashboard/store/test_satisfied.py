"""Of `&&`: which event satisfied which event spec is kept with the run that it led to."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.models import EventRecord, ProgressRecord, Run
from dashboard.models.keys import trigger_key
from dashboard.queries.satisfied import SatisfiedBy, satisfied_by
from dashboard.store.acts.cancelling import cancel_run
from dashboard.store.acts.replaying import replay
from dashboard.store.configuration import pauses
from tests.dashboard.factories import JO
from tests.dashboard.store.site import Site

MIGRATION: Any = import_module("dashboard.migrations.0015_satisfied_by")
BOTH = "complete-job-parent && complete-work-self-1"
LINE = f"both.py = {BOTH}\n"


def told(run: Run) -> list[tuple[str, str | None]]:
    """Of each event spec the id of the event."""
    found = satisfied_by(run)
    assert found is not None
    return [(each.spec, each.event) for each in found]


def family(site: Site) -> None:
    """A parent, job 6, and its child, job 7."""
    site.write(LINE)
    site.send("submit-job", job=6)
    site.send("submit-job", job=7, pid=6)


@pytest.fixture
def fired(site: Site) -> list[str]:
    """A run for which two events were needed; their ids."""
    family(site)
    return [site.send("complete-work-1"), site.send("complete-job", job=6)]


def test_each_event_spec_names_the_event_that_satisfied_it_and_when(
    fired: list[str],
) -> None:
    run = Run.objects.get()
    assert told(run) == [
        ("complete-work-self-1", fired[0]),
        ("complete-job-parent", fired[1]),
    ]
    found = satisfied_by(run) or []
    events = EventRecord.objects.in_bulk([each.sequence or 0 for each in found])
    assert [each.at for each in found] == [
        events[each.sequence or 0].accepted_at for each in found
    ]


def test_it_outlives_the_memory_and_the_events(fired: list[str]) -> None:
    assert not ProgressRecord.objects.exists()
    EventRecord.objects.all().delete()
    assert [event for _, event in told(Run.objects.get())] == fired


def test_of_several_events_the_first_one_counts(site: Site) -> None:
    family(site)
    first = site.send("complete-work-1")
    site.send("complete-work-1")
    last = site.send("complete-job", job=6)
    assert [event for _, event in told(Run.objects.get())] == [first, last]


def test_what_counted_for_one_run_does_not_count_for_the_next(
    site: Site, fired: list[str]
) -> None:
    again = [site.send("complete-work-1"), site.send("complete-job", job=6)]
    first, second = Run.objects.order_by("id")
    assert [event for _, event in told(first)] == fired
    assert [event for _, event in told(second)] == again


def test_one_batch_tells_the_same_as_several(site: Site) -> None:
    family(site)
    ids = [site.take_in("complete-work-1"), site.take_in("complete-job", job=6)]
    site.dispatcher.step()
    assert [event for _, event in told(Run.objects.get())] == ids


def test_what_is_kept_back_and_what_is_replayed_tell_it_too(site: Site) -> None:
    family(site)
    pauses.pause(None, None, "night", None, JO)
    ids = [site.send("complete-work-1"), site.send("complete-job", job=6)]
    pauses.resume(None, None, JO)
    kept_back = Run.objects.get()
    replay([kept_back.pk], JO)
    again = Run.objects.get(replay_of=kept_back.pk)
    for run in (kept_back, again):
        assert [event for _, event in told(run)] == ids


def test_nothing_is_kept_with_a_trigger_that_its_event_alone_made_true(
    site: Site,
) -> None:
    site.write("a.py = submit-job-self || done-job-self\n")
    with CaptureQueriesContext(connection) as captured:
        site.send("submit-job")
    run = Run.objects.get()
    assert (run.satisfied_by, satisfied_by(run)) == (None, [])
    assert not any("event_id, accepted_at FROM" in each["sql"] for each in captured)


def test_nothing_is_kept_of_what_did_not_fire_but_the_memory(site: Site) -> None:
    family(site)
    site.send("complete-work-1")
    sequence = EventRecord.objects.latest("sequence").sequence
    assert ProgressRecord.objects.get().satisfied == {"complete-work-self-1": sequence}
    assert not Run.objects.exists()


def remembered_before(specs: list[str], job: int = 7) -> None:
    """A memory as it was stored before the upgrade."""
    ProgressRecord.objects.create(
        job_id=job,
        directory="/studio",
        file="both.py",
        trigger=BOTH,
        trigger_key=trigger_key(BOTH),
        satisfied=specs,
        changed_at=timezone.now(),
    )


@pytest.mark.parametrize("portion", [1, 2, 20_000])
def test_old_memories_are_kept_without_their_events(
    db: None, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(MIGRATION, "PORTION", portion)
    for job in range(3):
        remembered_before(["complete-job-parent", f'failed-work-self-"é{job}'], job)
    remembered_before([], 9)
    for _ in range(2):  # again changes nothing
        MIGRATION.convert(apps, SimpleNamespace(connection=connection))
    found = ProgressRecord.objects.order_by("job_id").values_list(
        "satisfied", flat=True
    )
    assert list(found) == [
        *(
            {"complete-job-parent": None, f'failed-work-self-"é{n}': None}
            for n in range(3)
        ),
        {},
    ]


def test_what_was_remembered_before_counts_and_its_event_is_not_known(
    site: Site,
) -> None:
    family(site)
    remembered_before(["complete-job-parent"])
    ProgressRecord.objects.update(directory=str(site.directory))
    MIGRATION.convert(apps, SimpleNamespace(connection=connection))
    last = site.send("complete-work-1")
    first, second = satisfied_by(Run.objects.get()) or []
    assert first == SatisfiedBy("complete-job-parent", None, None, None)
    assert second.event == last


def test_a_run_of_before_says_that_it_is_not_known(fired: list[str]) -> None:
    Run.objects.update(satisfied_by=None)
    run = Run.objects.get()
    assert satisfied_by(run) is None
    cancel_run(run.pk, JO)
    replay([run.pk], JO)
    assert satisfied_by(Run.objects.get(replay_of=run.pk)) is None
