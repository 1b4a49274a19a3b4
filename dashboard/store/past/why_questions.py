"""Why a callback did or did not run over a span, as a question that another process answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from dashboard.models import Run, WhyRecord
from dashboard.store.configuration.observing import catalog
from dashboard.store.past import questions
from dashboard.store.past.asking import SeveralDirectories, UnknownFile
from dashboard.store.past.configured import Configurations
from dashboard.store.past.sequences import near, packed, unpacked
from dashboard.store.past.why_span import WhySpan, runs_counted
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.why.funnel import Stage

#: Configurations, the newest first, in which a file is looked for that nobody maps now.
MOST_READ = 100
#: Runs that are counted again at each look: some may have ended since, or been pruned.
MOST_COUNTED = 10_000
#: What is found until it is done.
NOTHING_YET: dict[str, Any] = {
    **{"answer": "", "advice": "", "cause": None, "others": [], "funnel": []},
    **{"remarks": [], "event": None, "job": None, "trigger": "", "line": 0},
    **{"revision": None, "specs": [], "tree": None, "steps": [], "runs": []},
    **{"then": None, "now": None},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A callback, and a span of the past."""

    key: MappingKey
    since: datetime
    until: datetime


def key_of(file: str, directory: str | None = None) -> MappingKey:
    """Give the callback that is meant: one that is mapped, ran, or was once mapped.

    Raises UnknownFile and SeveralDirectories.
    """
    for search in (_mapped_now, _with_runs, _once_mapped):
        found = search(file) if directory is None else {directory} & search(file)
        if len(found) > 1:
            raise SeveralDirectories(sorted(found))
        if found:
            return MappingKey(found.pop(), file)
    raise UnknownFile(file)


def _mapped_now(file: str) -> set[str]:
    return {str(each.path) for each in catalog().directories if each.mapping(file)}


def _with_runs(file: str) -> set[str]:
    found = Run.objects.filter(file=file).order_by().values_list("directory")
    return {directory for (directory,) in found.distinct()[:100]}


def _once_mapped(file: str) -> set[str]:
    configured = Configurations()
    forces = (force.binding for _, force in reversed(configured.changes()))
    bindings = islice(dict.fromkeys(forces), MOST_READ)
    return {
        directory.directory
        for binding in bindings
        for directory in configured.binding(binding).directories
        if any(each.file == file for each in directory.mappings)
    }


def ask(asked: Asked, author: str) -> WhyRecord:
    """Let it be answered. Raises TooMany."""
    record = WhyRecord(
        directory=asked.key.directory,
        file=asked.key.file,
        since=asked.since,
        until=asked.until,
        author=author,
    )
    return questions.ask(record)


def begun(record: WhyRecord) -> WhySpan:
    """Begin to answer one."""
    return WhySpan(key(record), record.since.timestamp(), record.until.timestamp())


def finish(record: WhyRecord, span: WhySpan) -> None:
    """Store what came out."""
    questions.finish(
        record,
        span.result().as_dict(),
        after=span.span.after,
        last=span.span.last,
        of_kind=packed(span.of_kind),
        right_job=packed(span.right_job),
    )


def key(record: WhyRecord) -> MappingKey:
    """Give the callback that one is about."""
    return MappingKey(record.directory, record.file)


def told(record: WhyRecord) -> dict[str, Any]:
    """Give one as in JSON. The runs of a short funnel are counted as they are now."""
    about = {"file": record.file, "directory": record.directory}
    found = record.result or NOTHING_YET
    counts = {each["step"]: each["count"] for each in found["funnel"]}
    if 0 < counts.get(Stage.TRIGGER_TRUE, 0) <= MOST_COUNTED:
        counts |= runs_counted(record)
    funnel = [{"step": step, "count": count} for step, count in counts.items()]
    return {**questions.told(record), **about, **found, "funnel": funnel}


def events_near(
    record: WhyRecord, step: str, before: int | None, after: int | None, limit: int
) -> Sequence[int]:
    """Give the events of a step of the funnel from which a page is made; see sequences.near."""
    kept = record.right_job if step == "right-job" else record.of_kind
    return near(unpacked(bytes(kept or b"")), before, after, limit)
