"""The store on the ORM keeps the contract of the dispatcher's stores."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from dashboard.models import EventRecord, JobRecord, Revision, Run
from dashboard.store.acts.setting_aside import plan_again
from dashboard.store.configuration import bindings, pauses
from dashboard.store.database.transactions import writing
from dashboard.store.dispatch.planning import OrmStore
from dashboard.store.intake.acceptance import Origin, rows_of
from dashboard.store.rows.events import store
from qubecb.conffile.reading import digest
from qubecb.dispatch.ports.configuration import BoundDirectory, MappingKey, Pause
from qubecb.dispatch.ports.runs import PlannedRun, Satisfied
from qubecb.events import Event
from qubecb.jobs import Act
from qubecb.runner.outcome import RunState
from tests.core.dispatch.contract import DispatchStoreContract
from tests.dashboard.factories import JO


class OrmRig:
    """The store on the ORM, with the doors through which the rest of the system comes."""

    def __init__(self) -> None:
        self.store = OrmStore()

    def accept(
        self,
        event: Event,
        *,
        depth: int = 0,
        only: MappingKey | None = None,
        test: bool = False,
        act: Act | None = None,
    ) -> int | None:
        origin = Origin("api", depth=depth, only=only, test=test)
        with writing():
            if not store(rows_of([event], origin, time.time(), [act])):
                return None
        return EventRecord.objects.get(event_id=event.id).sequence

    def configure(self, *directories: BoundDirectory) -> int:
        with writing():
            revisions = [self._revision(each) for each in directories]
            return bindings.put_in_force(revisions).binding

    def _revision(self, directory: BoundDirectory) -> int:
        meaning = [each.as_dict() for each in directory.mappings]
        found, _ = Revision.objects.get_or_create(
            directory=directory.directory,
            sha256=digest(json.dumps(meaning).encode()),
            defaults={"content": b"", "meaning": meaning, "created_at": timezone.now()},
        )
        return int(found.pk)

    def pause(self, pause: Pause) -> None:
        pauses.pause(pause.directory, pause.file, pause.reason, pause.until, JO)

    def age(self, job: int, days: float) -> None:
        moment = datetime.now(UTC) - timedelta(days=days)
        JobRecord.objects.filter(pk=job).update(last_event=moment)

    def plan_again(self, sequence: int) -> None:
        assert plan_again(JO, [sequence]) == [sequence]

    def runs(self) -> Sequence[PlannedRun]:
        return [
            PlannedRun(
                run.event,
                run.job or 0,
                MappingKey(run.directory, run.file),
                run.trigger,
                run.revision or 0,
                run.reason if run.state == RunState.SUPPRESSED else "",
                satisfied_by=tuple(
                    Satisfied(spec, sequence)
                    for spec, sequence, *_ in run.satisfied_by or ()
                ),
            )
            for run in Run.objects.order_by("id")
        ]

    def remarks(self) -> Mapping[int, str]:
        marked = EventRecord.objects.exclude(remark="")
        return dict(marked.values_list("sequence", "remark"))


@pytest.mark.django_db(transaction=True)
class TestOrmStore(DispatchStoreContract):
    """Every test of the contract."""

    @pytest.fixture
    def rig(self) -> OrmRig:
        return OrmRig()
