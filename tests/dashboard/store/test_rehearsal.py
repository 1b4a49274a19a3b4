"""What the database recorded, planned again in memory, causes the runs that it caused."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.models import Run
from dashboard.store.acts.firing import Shot, live
from dashboard.store.acts.setting_aside import plan_again
from dashboard.store.configuration import pauses
from dashboard.store.dispatch import memory
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.farm.acting import carry_out
from dashboard.store.intake.acceptance import Origin
from dashboard.store.jobs.reading import jobs_by_id
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.ports.jobs import Memory
from qubecb.dispatch.ports.runs import PlannedRun
from qubecb.dispatch.rehearsal import Rehearsal, rehearse
from qubecb.events import parse_event
from tests.dashboard.factories import JO
from tests.dashboard.store.recorded import Recorded
from tests.dashboard.store.site import Site
from tests.dashboard.store.test_dispatch_contract import OrmRig

FIRST = """
own.py = failed-job-self || removed-job-self
both.py = complete-work-self-1 && complete-work-self-2
child.qcb = done-job-parent && running-job-self
label.pl = failed-work-render-*
named.py = complete-job-7
early.py = dummy-time-self-5
site.py = dummy-globaltime-9
"""
SECOND = (
    FIRST.replace("own.py = failed", "own.py = complete") + "new.py = failed-job-self"
)


class Farm:
    """A site at which things happen, and are then planned again."""

    def __init__(self, site: Site, qb_conf: Path) -> None:
        self.site = site
        self.qb_conf = qb_conf
        self.store = OrmStore()
        self.settings = DispatchSettings(qb_conf=self.store.qb_conf)
        self.dispatcher = Dispatcher(self.store, self.settings, time.time)

    def happen(self, *specs: str, job: int = 7, **told: Any) -> None:
        """Accept events and plan them, and what they bring about."""
        for spec in specs:
            self.site.take_in(spec, job, **told)
        self.plan()

    def plan(self) -> None:
        while self.dispatcher.step() or self.dispatcher.tick():
            pass

    def enable(self, *languages: str) -> None:
        """Edit qb.conf."""
        self.qb_conf.write_text(f"supervisor_language_flags = {','.join(languages)}\n")

    def planned_again(self) -> Sequence[PlannedRun]:
        """Plan everything again, compare it with what is stored, and give the runs."""
        with CaptureQueriesContext(connection) as queries:
            again = rehearse(Recorded(), self.settings)
        assert all(each["sql"].strip().startswith("SELECT") for each in queries)
        runs = list(OrmRig().runs())
        assert runs
        assert again.runs == runs
        assert [each.pause for each in again.runs] == list(
            Run.objects.order_by("id").values_list("pause", flat=True)
        )
        assert again.known == jobs_by_id(again.known)
        assert dict(remembered(again)) == memory.progress(again.known)
        return again.runs


def remembered(again: Rehearsal) -> Iterator[tuple[Any, Memory]]:
    """What a rehearsal remembers, and has not forgotten since."""
    for progress in again.memory.values():
        yield from ((key, specs) for key, specs in progress.items() if specs)


def kept_back(runs: Sequence[PlannedRun]) -> set[tuple[str, str]]:
    """Files of runs that are suppressed, and the first words of why."""
    return {
        (run.key.file, " ".join(run.suppressed.split()[:4]))
        for run in runs
        if run.suppressed
    }


@pytest.fixture
def farm(site: Site, settings: Any) -> Farm:
    farm = Farm(site, settings.DATA / "no-qb.conf")
    farm.enable("python", "perl", "qube")
    site.write(FIRST)
    farm.happen("submit-job", label="render", pgrp=7)
    farm.happen("submit-job", "running-job", job=8, pid=7, pgrp=7)
    return farm


def test_a_history_is_the_same_across_edits_and_removals(farm: Farm) -> None:
    farm.happen("complete-work-1", "failed-work-2")
    farm.site.take_in("submit-job", 9, pgrp=9)
    farm.site.write(SECOND)
    farm.happen("submit-job", job=10, pgrp=10)
    for job in (9, 10):
        farm.happen("failed-job", job=job)
    farm.happen("complete-work-2", "failed-job", "complete-work-1")
    farm.happen("removed-job", "failed-job")
    farm.happen("submit-job")
    farm.happen("complete-work-2", "complete-job")
    runs = farm.planned_again()
    assert len({run.revision for run in runs}) == 2
    assert {run.key.file for run in runs} == {
        *("own.py", "both.py", "child.qcb", "label.pl", "named.py", "early.py"),
        *("site.py", "new.py"),
    }


def test_it_is_the_same_across_pauses_and_flags(farm: Farm) -> None:
    folder = str(farm.site.directory)
    pauses.pause(folder, "own.py", "too loud", None, JO)
    farm.happen("failed-job")
    pauses.resume(folder, "own.py", JO)
    farm.enable("python")
    farm.happen("failed-job", "failed-work-1")
    farm.enable("python", "perl")
    pauses.pause(None, None, "night", time.time() + 3600, JO)
    farm.happen("failed-job", "failed-work-1")
    assert kept_back(farm.planned_again()) == {
        ("own.py", "the callback is paused:"),
        ("label.pl", "perl callbacks are disabled"),
        ("own.py", "every callback is paused"),
        ("label.pl", "every callback is paused"),
    }


def test_it_is_the_same_with_what_verbs_did_and_tests_of_one_mapping(
    farm: Farm,
) -> None:
    carry_out(Origin("farm"), "kill", ["8"], {})
    farm.plan()
    told = {"name": "failed", "type": "job", "job": {"id": 7}}
    only = farm.site.key("own.py")
    live(Shot(parse_event(told, time.time()), only=only), JO)
    farm.plan()
    farm.happen("done-job", "complete-job", job=8)
    assert {run.key.file for run in farm.planned_again()} >= {"own.py"}


def test_it_is_the_same_with_an_event_that_was_set_aside(farm: Farm) -> None:
    farm.site.take_in("failed-job")
    with farm.store.planning() as planning:
        (odd,) = planning.take(9)
        planning.set_aside({odd.sequence: "it could not be planned"})
    farm.happen("submit-job")
    plan_again(JO, [odd.sequence])
    farm.plan()
    assert farm.planned_again()[-1].sequence == odd.sequence
