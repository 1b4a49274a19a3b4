"""What is read of the past to answer for one job and some mappings.

1. The records of the job whose callbacks are asked about, and of the event's job.
2. The configurations that the job was bound to; of these only the mappings asked about.
3. The jobs that their triggers name, with all of their records.
4. The pauses and flags of that time.

Each part is read once, when it is first needed: the number of statements depends neither on how
much happened nor on how many mappings there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import cast

from django.conf import settings

from dashboard.models import JobRecord
from dashboard.store.configuration.conditions import conditions_at
from dashboard.store.past.came import came_in_a_week
from dashboard.store.past.circumstances import Circumstances
from dashboard.store.past.life import Life, Today, revisions_of
from dashboard.store.past.records import oldest, records_of, times_of_site, turn
from dashboard.store.past.texts import Text, texts
from qubecb.dispatch.facts import BindingMode
from qubecb.dispatch.past import Record, counts_for_job
from qubecb.dispatch.ports.configuration import BoundDirectory, MappingKey
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.jobs import Job
from qubecb.jobs.after import is_submission
from qubecb.jobs.ids import JobId, job_id
from qubecb.triggers import EventSpec
from qubecb.why.evidence import Mapped, RecordedEvent, Seen
from qubecb.why.nearby import Nearby
from qubecb.why.witness import Moment, Rules, Witness

#: Jobs of a process group that is read whole; of a larger one those with the label now.
MOST_OF_GROUP = 50


@dataclass
class Story:
    """The past of one job (0: the site).

    Takes also the event, if the question is about one, and the files. The files must be set before
    anything but configurations is asked for.
    """

    job: JobId
    event: RecordedEvent | None = None
    files: Collection[str] = field(default_factory=set)

    def witness(self, today: bool = False) -> Witness:
        """Give a witness of this past, at its beginning.

        Takes whether to judge with what is in force, paused and enabled today.
        """
        records = [
            Record(each.accepted, each.planned_at)
            for each in self.records
            if each.planned_at is not None
        ]
        life = (Today if today else Life)(records, self.circumstances, self._bound)
        return Witness(life, self.job, self._rules)

    def text(self, binding: int | None, directory: str) -> Text | None:
        """Give the revision of a directory in a binding."""
        for revision in self._revisions.get(binding or 0, ()):
            if self._texts[revision].directory == directory:
                return self._texts[revision]
        return None

    def text_now(self, directory: str) -> Text | None:
        """Give the revision of a directory that is in force now."""
        return self.text(self.circumstances.newest, directory)

    def mapped(self, key: MappingKey, moment: Moment | None) -> Mapped:
        """Give what the configuration that the job is bound to at a moment says about a file."""
        text = self.text(moment.index.binding if moment else None, key.directory)
        now = self.text_now(key.directory)
        if text is not None:
            return text.mapped(key.file, now)
        number = now.number if now and key.file in now.by_file else None
        return Mapped(None, None, now=number)

    @property
    def all_texts(self) -> Collection[Text]:
        """The revisions that the job's callbacks ever came from, and those in force now."""
        return self._texts.values()

    @cached_property
    def records(self) -> list[RecordedEvent]:
        """All records of the job and of the jobs that its triggers name."""
        jobs = self._named_jobs - self._asked_jobs
        found = records_of(jobs) if jobs else []
        site = times_of_site(self.files) if self.job == 0 or self._may_be_site else []
        return sorted([*self.own, *found, *site], key=turn)

    @cached_property
    def by_place(self) -> dict[int, RecordedEvent]:
        """The same by sequence."""
        return {each.accepted.sequence: each for each in self.records}

    @cached_property
    def nearby(self) -> Nearby:
        """The last events of each kind."""
        return Nearby(self.records)

    @cached_property
    def seen(self) -> dict[str, Seen]:
        """How often events that may satisfy an event spec came in seven days, and when last."""
        return came_in_a_week(self.specs)

    @cached_property
    def own(self) -> list[RecordedEvent]:
        """The records of the job, and of the event's."""
        return records_of(self._asked_jobs)

    @cached_property
    def circumstances(self) -> Circumstances:
        """What was so when: configurations, pauses and flags."""
        return Circumstances()

    @cached_property
    def known_since(self) -> int | None:
        """The place in the order at which the job's present life began; None: unknown job."""
        found = JobRecord.objects.filter(pk=self.job).values_list("since", flat=True)
        return found.first()

    @property
    def is_known(self) -> bool:
        """Whether anything ever came about the job."""
        return self.known_since is not None or any(self.of_job)

    @property
    def of_job(self) -> Iterator[RecordedEvent]:
        """The records of the job itself."""
        return (each for each in self.own if each.accepted.event.job.id == self.job)

    @cached_property
    def last(self) -> int | None:
        """The place in the order of the last record of the job itself."""
        return max((each.accepted.sequence for each in self.of_job), default=None)

    @cached_property
    def kept_since(self) -> float | None:
        """When history begins, if it does not reach back to the job's beginning; else None."""
        told = (each.accepted for each in self.of_job)
        counts = (each for each in told if counts_for_job(each))
        first = min(counts, key=_sequence, default=None)
        kept = oldest()
        if self.job == 0 or kept is None or kept[0] <= 1:
            return None
        if first is not None and is_submission(first.event):
            return None
        if first is None and self.known_since is None:
            return None
        begun = first is not None and first.sequence == self.known_since
        return None if begun else kept[1]

    @cached_property
    def _rules(self) -> Rules:
        """The site's settings at the event, or at the job's last record."""
        at = self.event.at if self.event else max((e.at for e in self.own), default=0.0)
        kept = conditions_at(datetime.fromtimestamp(at, UTC))
        get = settings.ENVIRONMENT.get
        binding = kept.binding if kept else get("QUBECB_BINDING")
        days = kept.attached_days if kept else get("QUBECB_ATTACHED_DAYS")
        return Rules(cast(BindingMode, binding), days)

    @property
    def _asked_jobs(self) -> set[JobId]:
        event = [self.event.accepted.event.job.id] if self.event else []
        return {self.job, *event} - {0}

    @cached_property
    def _revisions(self) -> dict[int, list[int]]:
        """By binding: the bindings that the job's callbacks came from, and the one in force now."""
        found = {self.circumstances.binding_at(each) for each in self._beginnings()}
        if self._rules.binding == "live" or self.job == 0:
            found |= {
                self.circumstances.in_force_at(each.at).binding for each in self.own
            }
            found |= (
                {self.circumstances.in_force_at(self.event.at).binding}
                if self.event
                else set()
            )
        return revisions_of(found | {self.circumstances.newest})

    def _beginnings(self) -> Iterator[int]:
        """The places in the order at which a life of the job may begin."""
        sequences = sorted(
            each.accepted.sequence
            for each in self.own
            if each.accepted.event.job.id == self.job
        )
        yield from sequences[:1]
        yield from (
            each.accepted.sequence
            for each in self.own
            if is_submission(each.accepted.event)
        )
        if self.event is not None:
            yield self.event.accepted.sequence

    @cached_property
    def _texts(self) -> dict[int, Text]:
        return texts({each for found in self._revisions.values() for each in found})

    @cached_property
    def _bound(self) -> dict[int, Sequence[BoundDirectory]]:
        return {
            binding: [self._texts[each].bound(self.files) for each in revisions]
            for binding, revisions in self._revisions.items()
        }

    @cached_property
    def specs(self) -> set[EventSpec]:
        """The event specs of the mappings asked about, in any of the configurations."""
        triggers = (each.triggers(self.files) for each in self._texts.values())
        return {spec for found in triggers for each in found for spec in each.specs}

    @property
    def _may_be_site(self) -> bool:
        return any(each.is_global for each in self.specs)

    @cached_property
    def _named_jobs(self) -> set[JobId]:
        """Other jobs that a trigger waits for: parents, jobs by id, and those with a label.

        A label in a trigger may be an id, too.
        """
        named = {each.context_value for each in self.specs}
        found = {job for each in named if (job := job_id(each)) is not None}
        if any(each.context_kind == "parent" for each in self.specs):
            found |= self._told(lambda job: job.pid)
        labels = {
            each.context_value for each in self.specs if each.context_kind == "label"
        }
        if labels:
            found |= _labelled(labels, self._told(lambda job: job.pgrp))
        return found - {0}

    def _told(self, field: Callable[[Job], JobId]) -> set[JobId]:
        """All values that a field of the job ever had."""
        return {field(each.accepted.event.job) for each in self.of_job}


def _labelled(labels: Collection[object], groups: Collection[JobId]) -> set[JobId]:
    """The jobs that a label may mean: all of a small process group, because labels change."""
    members = JobRecord.objects.filter(pgrp__in=groups).values_list("id", "label")
    found = dict(members)
    if len(found) > MOST_OF_GROUP:
        found = {job: label for job, label in found.items() if label in labels}
    return set(found)


def _sequence(accepted: AcceptedEvent) -> int:
    return accepted.sequence
