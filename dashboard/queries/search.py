"""Search by a few characters: jobs, runs, callbacks, triggers, events."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from dashboard.models import EventRecord, JobRecord, RollUp, Run
from dashboard.queries.runs import with_firers, without_large
from qubecb.digits import limited
from qubecb.jobs.ids import job_id

_MOST = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that fits, a few of each kind."""

    jobs: list[JobRecord] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)
    #: Directory and file.
    callbacks: list[tuple[str, str]] = field(default_factory=list)
    triggers: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things fit."""
        groups = (self.jobs, self.runs, self.events, self.callbacks, self.triggers)
        return sum(len(group) for group in groups)


def search(text: str) -> Found:
    """Search all kinds for a text."""
    kind, number = _number(text)
    if number is not None:
        return _by_number(kind, number, text)
    return Found(
        jobs=_jobs(text),
        events=list(EventRecord.events.filter(event_id=text[:200]).defer("job")[:1]),
        callbacks=_callbacks(text),
        triggers=_triggers(text),
    )


def _number(text: str) -> tuple[str, int | None]:
    """`5042`, `#12`, `run 12`, `job 5042`, `event 7`: the kind if said, and the number."""
    kind, _, rest = text.rpartition(" ")
    number, said = limited(rest.removeprefix("#")), kind.strip().lower()
    if number is not None and said in ("", "job", "run", "event"):
        return said, number
    return "", None


def _by_number(kind: str, number: int, text: str) -> Found:
    runs = without_large(Run.objects.filter(pk=number))
    events = EventRecord.events.filter(pk=number).defer("job")
    return Found(
        jobs=_by_id(text) if kind in ("", "job") else [],
        runs=with_firers(runs) if kind in ("", "run") else [],
        events=list(events) if kind == "event" else [],
    )


def _by_id(text: str) -> list[JobRecord]:
    """The job with this id: `5042`, `#5042`, `job render-7`."""
    kind, _, written = text.rpartition(" ")
    said = kind.strip().lower() in ("", "job")
    identity = job_id(written.removeprefix("#")) if said else None
    if identity is None:
        return []
    return list(JobRecord.objects.filter(pk=identity).defer("fields"))


def _jobs(text: str) -> list[JobRecord]:
    """The job with this id, and the newest jobs with this name, user or label."""
    newest = JobRecord.objects.order_by("-last_event").values("pk")[:20_000]
    said = Q(name__icontains=text) | Q(user=text) | Q(label=text)
    found = JobRecord.objects.filter(said, pk__in=newest)
    named = found.defer("fields").order_by("-last_event")[:_MOST]
    return list(dict.fromkeys([*_by_id(text), *named]))[:_MOST]


def _callbacks(text: str) -> list[tuple[str, str]]:
    """Callbacks that have run, by a part of the file's name."""
    found = RollUp.objects.filter(file__icontains=text).order_by("directory", "file")
    return list(found.values_list("directory", "file").distinct()[:_MOST])


def _triggers(text: str) -> list[str]:
    """Triggers that have fired, by a part of their text."""
    found = RollUp.objects.filter(trigger__icontains=text).order_by("trigger_key")
    return list(found.values_list("trigger", flat=True).distinct()[:_MOST])
