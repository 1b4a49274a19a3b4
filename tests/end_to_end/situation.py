"""Tells what an installation is doing, for a test that waited in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.end_to_end.installation import Installation, command_of

UNENDED = """
    SELECT id, file, state, worker, queued_at, started_at FROM dashboard_run
    WHERE ended_at IS NULL ORDER BY id LIMIT 20
"""
UNPLANNED = """
    SELECT sequence, name, type, job_id FROM dashboard_eventrecord
    WHERE planned_at IS NULL ORDER BY sequence LIMIT 10
"""
BEATS = "SELECT name, pid, started_at, beat_at, details FROM dashboard_heartbeat"
#: How much of a log is told, in lines.
_LAST = 15


def situation(site: Installation) -> str:
    """Its health, what is not done yet, its processes, and how its logs end."""
    return "\n".join(
        [
            f"health: {site.ask('GET', '/healthz')}",
            *_listed("runs that have not ended", site.rows(UNENDED)),
            *_listed("events that are not planned", site.rows(UNPLANNED)),
            *_listed("heartbeats", site.rows(BEATS)),
            *_listed("started here", _started(site)),
            *_listed("processes", map(_process, site.left())),
            *(line for log in sorted(site.root.glob("*.log")) for line in _end(log)),
        ]
    )


def _listed(heading: str, rows: Iterable[object]) -> Iterator[str]:
    yield f"{heading}:"
    yield from (f"  {row}" for row in rows)


def _started(site: Installation) -> Iterator[str]:
    for part, process in site.processes.items():
        ended = process.poll()
        yield f"{part} {process.pid} " + ("runs" if ended is None else f"ended {ended}")


def _process(pid: int) -> str:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:4]
    except OSError:
        return f"{pid} is gone"
    return f"{pid} state, parent, group, session {' '.join(state)}: {command_of(pid)}"


def _end(log: Path) -> Iterator[str]:
    lines = log.read_text(errors="replace").splitlines()[-_LAST:]
    return _listed(f"the end of {log.name}", lines)
