"""One situation for each code: what happens at a farm, and what is then asked about.

Each is a function of a farm; it gives the event, the file, and the job if another one is
meant. Everything goes through real acceptance and dispatch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from dashboard.models import EventRecord, JobRecord
from dashboard.store.acts.firing import Shot, live
from dashboard.store.configuration import pauses
from dashboard.store.people.audit import By
from qubecb.events import parse_event
from qubecb.why.causes import Code
from tests.dashboard.factories import JO
from tests.dashboard.store.past.farm import CONFIG, Farm

ANA = By("ana", "10.0.0.8")


class Asked(NamedTuple):
    """What is asked about."""

    event: str | None
    file: str
    job: int | None = None


Situation = Callable[[Farm], Asked]


def before_history(farm: Farm) -> Asked:
    farm.happen("running-job")
    EventRecord.objects.filter(name="submit").delete()
    JobRecord.objects.filter(pk=7).update(since=1)
    return Asked(farm.happen("failed-job"), "item.py")


def unknown_job(farm: Farm) -> Asked:
    return Asked(None, "own.py", 99)


def no_event(farm: Farm) -> Asked:
    farm.happen("failed-work-8")
    return Asked(None, "own.py", 7)


def set_aside(farm: Farm) -> Asked:
    event = farm.site.take_in("failed-job")
    with farm.store.planning() as planning:
        (odd,) = planning.take(9)
        planning.set_aside({odd.sequence: "it could not be planned"})
    return Asked(event, "own.py")


def not_planned(farm: Farm) -> Asked:
    return Asked(farm.site.take_in("failed-job"), "own.py")


def not_attached(farm: Farm) -> Asked:
    farm.happen("submit-job", 8, pid=7, pgrp=7)
    farm.happen("complete-job", 8)  # its intervals end
    old = timezone.now() - timedelta(days=40)
    JobRecord.objects.filter(pk=8).update(last_event=old)
    EventRecord.objects.filter(job_id=8).update(
        time=old, accepted_at=old, planned_at=old
    )
    return Asked(farm.happen("failed-job"), "parent.py", 8)


def removed(farm: Farm) -> Asked:
    farm.happen("removed-job")
    return Asked(farm.happen("failed-job"), "own.py")


def before_submission(farm: Farm) -> Asked:
    event = farm.happen("failed-job")
    farm.happen("submit-job", 8, pid=7, pgrp=7)
    return Asked(event, "parent.py", 8)


def meant_for_another(farm: Farm) -> Asked:
    told = {"name": "failed", "type": "job", "job": {"id": 7}}
    shot = Shot(parse_event(told, time.time()), only=farm.site.key("done.py"))
    (event,) = live(shot, JO).ids
    farm.plan()
    return Asked(event, "own.py")


def not_in_revision(farm: Farm) -> Asked:
    farm.site.write(CONFIG + "new.py = failed-job-self\n")
    return Asked(farm.happen("failed-job"), "new.py")


def broken_line(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-job"), "broken.py")


def shadowed_line(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-job"), "twice.py")


def of_site(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-job"), "site.py")


def other_name(farm: Farm) -> Asked:
    return Asked(farm.happen("complete-job"), "own.py")


def other_type(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-work-7"), "own.py")


def other_job(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-job"), "parent.py")


def other_extra(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-work-8"), "item.py")


def not_its_time(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-job"), "timed.py")


def done_counted(farm: Farm) -> Asked:
    farm.happen("failed-job")
    return Asked(farm.happen("done-job"), "done.py")


def and_counted(farm: Farm) -> Asked:
    farm.happen("complete-work-1")
    farm.happen("complete-work-2")
    return Asked(farm.happen("complete-work-2"), "both.py")


def waiting_for(farm: Farm) -> Asked:
    return Asked(farm.happen("complete-work-1"), "both.py")


def paused(farm: Farm) -> Asked:
    pauses.pause(str(farm.site.directory), "own.py", "mail storm", None, ANA)
    farm.happen("failed-job")
    event = farm.happen("failed-job")
    pauses.resume(str(farm.site.directory), "own.py", ANA)
    return Asked(event, "own.py")


def language_disabled(farm: Farm) -> Asked:
    farm.enable("python", "qube")
    return Asked(farm.happen("failed-job"), "off.pl")


def cancelled(farm: Farm) -> Asked:
    event = farm.happen("failed-job")
    farm.cancel(event, "own.py")
    return Asked(event, "own.py")


def queued(farm: Farm) -> Asked:
    return Asked(farm.happen("failed-job"), "own.py")


def lost(farm: Farm) -> Asked:
    event = farm.happen("failed-job")
    farm.site.claim()
    farm.site.store.bury("another")
    return Asked(event, "own.py")


def ran(farm: Farm) -> Asked:
    event = farm.happen("failed-job")
    farm.run()
    return Asked(event, "own.py")


#: At least one for each code.
SITUATIONS: tuple[tuple[Code, Situation], ...] = (
    (Code.BEFORE_HISTORY, before_history),
    (Code.UNKNOWN_JOB, unknown_job),
    (Code.NO_EVENT, no_event),
    (Code.SET_ASIDE, set_aside),
    (Code.NOT_PLANNED, not_planned),
    (Code.NOT_ATTACHED, not_attached),
    (Code.REMOVED, removed),
    (Code.BEFORE_SUBMISSION, before_submission),
    (Code.MEANT_FOR_ANOTHER, meant_for_another),
    (Code.NOT_IN_REVISION, not_in_revision),
    (Code.BROKEN_LINE, broken_line),
    (Code.SHADOWED_LINE, shadowed_line),
    (Code.SITE, of_site),
    (Code.OTHER_NAME, other_name),
    (Code.OTHER_TYPE, other_type),
    (Code.OTHER_JOB, other_job),
    (Code.OTHER_EXTRA, other_extra),
    (Code.TIME, not_its_time),
    (Code.COUNTED_ALREADY, done_counted),
    (Code.COUNTED_ALREADY, and_counted),
    (Code.WAITING_FOR, waiting_for),
    (Code.PAUSED, paused),
    (Code.LANGUAGE_DISABLED, language_disabled),
    (Code.CANCELLED, cancelled),
    (Code.QUEUED, queued),
    (Code.LOST, lost),
    (Code.RAN, ran),
)
