"""What the database recorded, planned again in memory, causes the runs that it caused."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.models import EventRecord, InForceRecord
from dashboard.store import bindings, memory, pauses
from dashboard.store.reading import events_by_sequence, jobs_by_id
from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.dispatch.past import Record
from qubecb.dispatch.ports import (
    Binding,
    InForce,
    MappingKey,
    Pause,
    PlannedRun,
    ProgressKey,
)
from qubecb.dispatch.rehearsal import Rehearsal, rehearse
from qubecb.testing.store import bound
from tests.core.dispatch.kept import Intervals
from tests.core.dispatch.rig import FOLDER, acted, event
from tests.dashboard.factories import JO
from tests.dashboard.store.test_dispatch_contract import OrmRig

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = {
    "own.py": "failed-job-self || removed-job-self",
    "both.py": "complete-work-self-1 && complete-work-self-2",
    "child.qcb": "done-job-parent && running-job-self",
    "label.pl": "failed-work-render-*",
    "named.py": "complete-job-7",
    "early.py": "dummy-time-self-5",
    "site.py": "dummy-globaltime-9",
}
SECOND = {**FIRST, "own.py": "complete-job-self", "new.py": "failed-job-self"}
ONLY_PYTHON = QubConf(found=True, language_flags=frozenset({"python"}))
EVERYTHING = QubConf(found=True, language_flags=frozenset({"python", "perl", "qube"}))


class Farm:
    """A database in which things happen, and its past. Implements Past.

    Everything is read of the tables but for pauses and flags, which leave no rows when they
    end: these are noted.
    """

    def __init__(self) -> None:
        self.rig = OrmRig()
        self.intervals = Intervals(time.time)
        self.settings = DispatchSettings(qb_conf=lambda: self.intervals.flags[-1][1])
        self.dispatcher = Dispatcher(self.rig.store, self.settings, time.time)
        self.intervals.configure(EVERYTHING)

    def edit(self, triggers: dict[str, str]) -> None:
        """Save a callbacks.conf."""
        self.rig.configure(bound(FOLDER, triggers))

    def pause(self, pause: Pause) -> None:
        self.intervals.pause(pause)
        self.rig.pause(pause)

    def resume(self, pause: Pause) -> None:
        self.intervals.resume(pause)
        assert pauses.resume(pause.directory, pause.file, JO)

    def happen(self, *specs: str, job: int = 7, **told: Any) -> None:
        """Accept events, let time pass, and plan everything."""
        for spec in specs:
            self.rig.accept(event(spec, job, **told))
        self.plan()

    def plan(self) -> None:
        while self.dispatcher.step() or self.dispatcher.tick():
            pass

    # The past.

    def records(self) -> Iterable[Record]:
        planned = EventRecord.objects.exclude(planned_at=None)
        ordered = planned.order_by("planned_at", "sequence")
        moments = ordered.values_list("sequence", "planned_at")
        events = events_by_sequence(ordered.values_list("sequence", flat=True))
        return [Record(events[each], at.timestamp()) for each, at in moments if at]

    def in_force_at(self, time: float) -> InForce:
        by_then = InForceRecord.objects.filter(created_at__lte=moment(time))
        found = by_then.order_by("-id")[0]
        return InForce(found.binding_id, found.after)

    def binding_at(self, sequence: int) -> int:
        return bindings.binding_at(sequence)

    def binding(self, binding_id: int) -> Binding:
        return bindings.binding(binding_id)

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return self.intervals.pauses_at(time)

    def flags_at(self, time: float) -> QubConf:
        return self.intervals.flags_at(time)


def moment(time: float) -> datetime:
    return datetime.fromtimestamp(time, UTC)


def remembered(
    farm: Farm, again: Rehearsal
) -> tuple[dict[ProgressKey, frozenset[str]], ...]:
    """What is stored of memory, and what the rehearsal remembers."""
    kept = {
        key: specs
        for each in again.memory.values()
        for key, specs in each.items()
        if specs
    }
    return memory.progress(again.known), kept


def assert_is_as_it_was(farm: Farm) -> Sequence[PlannedRun]:
    """Plan the past again and compare; give its runs."""
    before = EventRecord.objects.count(), len(farm.rig.runs())
    again = rehearse(farm, farm.settings)
    assert again.runs == list(farm.rig.runs())
    assert again.known == jobs_by_id(again.known)
    stored, kept = remembered(farm, again)
    assert stored == kept
    assert (EventRecord.objects.count(), len(farm.rig.runs())) == before
    return again.runs


def fired(runs: Sequence[PlannedRun]) -> list[tuple[str, int, str]]:
    return [(each.key.file, each.job, each.suppressed) for each in runs]


@pytest.fixture
def farm() -> Farm:
    farm = Farm()
    farm.edit(FIRST)
    farm.happen("submit-job", label="render", pgrp=7)
    farm.happen("submit-job", "running-job", job=8, pid=7, pgrp=7)
    return farm


def test_a_history_is_the_same_across_edits_and_removals(farm: Farm) -> None:
    farm.happen("complete-work-1", "failed-work-2")
    farm.edit(SECOND)
    farm.happen("submit-job", job=9, pgrp=9)
    farm.happen("failed-job", job=9)
    farm.happen("complete-work-2", "failed-job", "removed-job", "failed-job")
    farm.happen("submit-job", "complete-work-1", "complete-job")
    files = {file for file, _, _ in fired(assert_is_as_it_was(farm))}
    assert files == {*SECOND}


def test_it_is_the_same_across_pauses_and_flags(farm: Farm) -> None:
    loud = Pause(FOLDER, "own.py", "too loud")
    farm.pause(loud)
    farm.happen("failed-job")
    farm.resume(loud)
    farm.intervals.configure(ONLY_PYTHON)
    farm.happen("failed-job", "failed-work-1", "done-job")
    farm.intervals.configure(EVERYTHING)
    farm.pause(Pause(None, None, "night"))
    farm.happen("failed-job", "failed-work-1")
    runs = assert_is_as_it_was(farm)
    kept_back = {(file, why.split(":")[0]) for file, _, why in fired(runs) if why}
    assert {
        ("own.py", "the callback is paused"),
        ("own.py", "every callback is paused"),
    } < kept_back
    assert any(file == "label.pl" and "disabled" in why for file, why in kept_back)


def test_it_is_the_same_with_acts_and_tests_of_one_mapping(farm: Farm) -> None:
    acted(farm.rig, "kill", "killed-job", job=8)
    farm.rig.accept(event("failed-job"), only=MappingKey(FOLDER, "own.py"), test=True)
    farm.plan()
    farm.happen("done-job", "complete-job", job=8)
    assert assert_is_as_it_was(farm)


def test_it_is_the_same_with_an_event_that_was_set_aside(farm: Farm) -> None:
    sequence = farm.rig.accept(event("complete-work-1"))
    assert sequence is not None
    with farm.rig.store.planning() as planning:
        planning.take(9)
        planning.set_aside({sequence: "it could not be planned"})
    farm.happen("failed-job", "complete-work-2")
    farm.rig.plan_again(sequence)
    farm.plan()
    assert ("both.py", 7, "") in fired(assert_is_as_it_was(farm))
