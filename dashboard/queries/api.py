"""What the API shows, as plain values ready for JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast, Length

from dashboard.models import DirectoryName, EventRecord, Run
from dashboard.models.events import SET_ASIDE
from dashboard.models.runs import LARGE
from dashboard.queries.configuration import numbers_of
from dashboard.queries.paging import read_page
from dashboard.queries.run import replays
from dashboard.queries.runs import RunFilter, matching
from dashboard.queries.satisfied import satisfied_by
from qubecb import strict_json
from qubecb.jobs.fields import JOB_TIMES, NOT_YET

_MOST_RUNS = 1000
_MOST_ASIDE = 1000
#: Characters of jobs in one answer, unless one alone has more.
_LARGEST = 16 * 1024 * 1024
_JOB = Cast("job", TextField())
#: What a list does not show and must not read.
_LARGE = tuple(column for column in LARGE if column != "actions")


def when(moment: datetime | None) -> str | None:
    """A moment as the API writes it: ISO 8601, UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def event(event_id: str) -> dict[str, Any] | None:
    """Give one event with the runs it caused, or None."""
    if "\0" in event_id or len(event_id) > 200:
        return None
    found = EventRecord.events.filter(event_id=event_id).defer("job").first()
    if found is None:
        return None
    jobs = _jobs_of([found.sequence])
    return {**_told(found, jobs[found.sequence]), "runs": _runs_of(found)}


def set_aside() -> list[dict[str, Any]]:
    """Give the oldest events that could not be judged, as many as one answer may hold."""
    oldest = EventRecord.objects.filter(SET_ASIDE).order_by("sequence")
    sizes = oldest.values_list("sequence", Length(_JOB))[:_MOST_ASIDE]
    ends = accumulate(size for _, size in sizes)
    keys = [key for (key, _), end in zip(sizes, ends, strict=True) if end <= _LARGEST]
    jobs = _jobs_of(keys or [key for key, _ in sizes[:1]])
    found = oldest.filter(pk__in=jobs).defer("job")
    return [{**_told(each, jobs[each.sequence]), "runs": []} for each in found]


def sequences_of(event_ids: Collection[str]) -> list[int]:
    """Give the sequences of the events with these ids."""
    found = EventRecord.objects.filter(event_id__in=event_ids)
    return list(found.values_list("sequence", flat=True))


def _runs_of(event: EventRecord) -> list[str]:
    runs = Run.objects.filter(event=event.sequence).order_by("id")
    return [str(run) for run in runs.values_list("id", flat=True)[:_MOST_RUNS]]


def _told(found: EventRecord, job: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": found.event_id,
        "name": found.name,
        "type": found.type,
        "extra": found.extra or None,
        "time": found.time.timestamp(),
        "job": job_as_dict(job),
        "spec": found.spec,
        "accepted_at": when(found.accepted_at),
        "source": found.source,
        "actor": found.actor,
        "test": found.test,
        "planned_at": when(found.planned_at),
        "set_aside_at": when(found.set_aside_at),
        "remark": found.remark,
    }


def _jobs_of(sequences: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """The jobs of these events as they were sent; nothing where a row is damaged.

    They may be large, and are read in portions, which the database's own reading is not.
    """
    rows = EventRecord.objects.filter(pk__in=sequences).values_list("sequence", _JOB)
    return {sequence: _read(text) for sequence, text in rows}


def _read(text: str) -> Mapping[str, Any]:
    try:
        job = strict_json.load(text)
    except ValueError:
        job = None
    return job if isinstance(job, dict) else {}


def job_as_dict(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Give a job as it was sent; a time that has not come is null, however it was sent."""
    told = _with_times(sent)
    for parts in ("agenda", "subjobs"):
        members = told.get(parts)
        if isinstance(members, list):
            told[parts] = [
                _with_times(one) if isinstance(one, dict) else one for one in members
            ]
    return told


def _with_times(sent: Mapping[str, Any]) -> dict[str, Any]:
    unset = {name: None for name in JOB_TIMES if sent.get(name) in (0, NOT_YET)}
    return {**sent, **unset}


def runs(
    wanted: RunFilter, limit: int, cursor: int | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Give a page of runs, newest first, and the cursor of the next one."""
    rows = matching(wanted).defer(None).defer(*_LARGE)
    page = read_page(rows, before=cursor, limit=limit)
    beside = Beside.of(page.rows)
    items = [run_as_dict(run, beside) for run in page.rows]
    return items, None if page.older is None else str(page.older)


def one_run(run: Run) -> dict[str, Any]:
    """Give one run with what lists leave out, its output apart."""
    return {
        **run_as_dict(run, Beside.of([run])),
        "satisfied_by": _satisfied_by(run),
        "settled_reason": run.settled_reason,
        "settled_at": when(run.settled_at),
        "notes": run.notes,
        "traceback": run.traceback,
        "replay_of": None if run.replay_of is None else str(run.replay_of),
        "replayed_as": [str(again) for again in replays(run)],
        "script_sha256": run.script_sha256,
    }


def _satisfied_by(run: Run) -> list[dict[str, Any]] | None:
    found = satisfied_by(run)
    if found is None:
        return None
    return [
        {"spec": each.spec, "event": each.event, "at": when(each.at)} for each in found
    ]


def event_ids(sequences: Iterable[int]) -> dict[int, str]:
    """Give the ids of events by their sequences; pruned ones are left out."""
    found = EventRecord.objects.filter(sequence__in=set(sequences))
    return dict(found.values_list("sequence", "event_id"))


@dataclass(frozen=True, slots=True)
class Beside:
    """What is shown with runs but stored in other tables."""

    #: The ids of events by their sequences.
    events: dict[int, str]
    #: The numbers of revisions by their ids.
    numbers: dict[int, int]
    #: The names of directories by their paths.
    names: dict[str, str]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Beside:
        """Read it for these runs."""
        return cls(
            event_ids(run.event for run in runs),
            numbers_of(run.revision for run in runs),
            DirectoryName.given(),
        )


def run_as_dict(run: Run, beside: Beside) -> dict[str, Any]:
    """Give a run in the shape of the API."""
    return {
        "id": str(run.pk),
        "state": run.state,
        "reason": run.reason,
        "settled": run.settled or None,
        "settled_by": run.settled_by or None,
        "test": run.test,
        "simulate": run.simulate,
        "callback": {
            "directory": run.directory,
            "directory_name": beside.names.get(run.directory),
            "file": run.file,
        },
        "trigger": run.trigger,
        "event": {"id": beside.events.get(run.event), "spec": run.event_spec},
        "job": run.job,
        "revision": run.revision,
        "revision_number": beside.numbers.get(run.revision or 0),
        "queued_at": when(run.queued_at),
        "started_at": when(run.started_at),
        "ended_at": when(run.ended_at),
        "seconds": run.seconds,
        "exit": run.exit,
        "actions": run.actions,
    }
