"""Stores how runs ended: once, with output, script, actions and statistics."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence

from dashboard.store.database import sql
from dashboard.store.rows import runs as run_rows
from dashboard.store.rows.runs import LONGEST_REASON, Ending, RunRow
from dashboard.store.runs import settling
from dashboard.store.runs.statistics import Ended, roll_up
from qubecb.durations import DAY
from qubecb.runner.outcome import TAKES_OUTCOME, Outcome, Output, RunState

_OUTPUT = sql.insert(
    "dashboard_runoutput",
    ("run_id", "head", "tail", "total"),
    "ON CONFLICT (run_id) DO UPDATE SET head = excluded.head, tail = excluded.tail,"
    " total = excluded.total",
)
_SCRIPT = sql.insert(
    "dashboard_scriptversion",
    ("sha256", "content", "first_run_at", "last_run_at"),
    "ON CONFLICT (sha256) DO UPDATE SET last_run_at = excluded.last_run_at",
)
#: What differs between failures of one kind: ids, frames, addresses.
_NUMBERS = re.compile(r"\b(0x[0-9a-fA-F]+|[0-9]+)\b")
_ENDED = {RunState.TIMED_OUT: "timed out", RunState.LOST: "lost"}
_LONGEST_SIGNATURE, _LONGEST_LINE = 200, 300
#: Bytes at the end of the output that are searched for its last line.
_END_OF_OUTPUT = 2000


class Scripts:
    """Which versions of scripts are known to be stored, and recorded as run today."""

    def __init__(self) -> None:
        self._day = 0
        self._noted: set[str] = set()

    def new(self, outcomes: Sequence[Outcome]) -> dict[str, Outcome]:
        """Give one outcome for each version that must be stored, or recorded as run today."""
        day = int(time.time() // DAY)
        if day != self._day:
            self._day, self._noted = day, set()
        return {
            each.script_sha256: each
            for each in outcomes
            if each.script_sha256 and each.script_sha256 not in self._noted
        }

    def noted(self, versions: Iterable[str]) -> None:
        """Remember versions once they are durably stored."""
        self._noted.update(versions)


def record(ended: Sequence[Outcome], scripts: Scripts) -> list[str]:
    """Store outcomes; gives the script versions in them. Call it in a write transaction.

    Only a run that is running, or was given up as lost, takes an outcome; that of a run that was
    pruned meanwhile is dropped.
    """
    ids = [int(outcome.run_id) for outcome in ended]
    settling.lock(ids)
    found = run_rows.by_id(ids)
    stored = {str(run.id): run for run in found if run.state in TAKES_OUTCOME}
    outcomes = [outcome for outcome in ended if outcome.run_id in stored]
    chains = _chains(stored[outcome.run_id] for outcome in outcomes)
    run_rows.end((int(outcome.run_id), _ending(outcome)) for outcome in outcomes)
    settling.decide(chains)
    sql.each(
        _OUTPUT,
        [
            (int(each.run_id), each.output.head, each.output.tail, each.output.total)
            for each in outcomes
            if each.output.total
        ],
    )
    new = scripts.new(outcomes)
    sql.each(
        _SCRIPT,
        [
            (sha256, each.script, *[sql.moment(each.started_at)] * 2)
            for sha256, each in sorted(new.items())
        ],
    )
    roll_up(_counted(outcomes, stored))
    return list(new)


def _chains(stored: Iterable[RunRow]) -> set[int]:
    """The chains of these runs that may have other members: a run that waits or runs is never
    replayed, but one that was lost may have been.
    """
    return {run.root for run in stored if run.chain or run.state == RunState.LOST.value}


def _ending(outcome: Outcome) -> Ending:
    return Ending(
        state=outcome.state.value,
        reason=sql.clean(outcome.reason)[:LONGEST_REASON],
        started_at=sql.moment(outcome.started_at),
        ended_at=sql.moment(outcome.ended_at),
        seconds=outcome.seconds,
        exit=outcome.exit,
        mode=outcome.mode,
        grandchildren=outcome.grandchildren,
        actions=_list([action.as_dict() for action in outcome.actions]),
        notes=_list(outcome.notes),
        traceback=sql.dump_clean(outcome.traceback) if outcome.traceback else None,
        signature=signature(outcome),
        last_line=last_line(outcome),
        script_sha256=outcome.script_sha256,
        open=outcome.state.opens,
    )


def _list(values: Sequence[object]) -> str:
    """Write a list as JSON, quickly if it is empty as for most runs."""
    return sql.dump_clean(values) if values else "[]"


def _counted(outcomes: Sequence[Outcome], stored: dict[str, RunRow]) -> list[Ended]:
    """What statistics count: never tests; a late outcome takes back the earlier `lost`."""
    counted = []
    for outcome in outcomes:
        run = stored[outcome.run_id]
        if run.test:
            continue
        whose = (run.directory, run.file, run.trigger)
        if run.state == RunState.LOST and run.ended_at is not None:
            at = sql.unix(run.ended_at)
            counted.append(Ended(*whose, RunState.LOST, at, count=-1))
        counted.append(Ended(*whose, outcome.state, outcome.ended_at, outcome.seconds))
    return counted


def signature(outcome: Outcome) -> str:
    """What failures of one kind have in common.

    The exception and where, else what it said without its numbers, else how it ended.
    """
    told = outcome.traceback or {}
    if outcome.state is RunState.SUCCEEDED:
        text = ""
    elif told.get("type"):
        frame = (told.get("frames") or [{}])[-1]
        file = str(frame.get("file", "")).rpartition("/")[2]
        text = f"{told['type']} in {frame.get('function', '')}, {file}"
    elif outcome.state is RunState.FAILED:
        status = outcome.reason.startswith("exited with status")
        text = _NUMBERS.sub("…", last_line(outcome) if status else outcome.reason)
        text = text or outcome.reason
    else:
        text = _ENDED.get(outcome.state, outcome.reason)
    return sql.clean(text)[:_LONGEST_SIGNATURE]


def last_line(outcome: Outcome) -> str:
    """What a run said last, for lists: its exception, else the last line that is not blank.

    The variables that are printed after an exception say less.
    """
    told = outcome.traceback or {}
    if told.get("type"):
        said = ": ".join(filter(None, (told["type"], told.get("message", ""))))
        return sql.clean(said.strip().splitlines()[0])[:_LONGEST_LINE]
    return _last_line(outcome.output)


def _last_line(output: Output) -> str:
    end = (output.tail or output.head)[-_END_OF_OUTPUT:]
    lines = [
        line for line in end.decode("utf-8", "replace").splitlines() if line.strip()
    ]
    return sql.clean(lines[-1].strip())[:_LONGEST_LINE] if lines else ""
