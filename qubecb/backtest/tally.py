"""The runs of one changed mapping in a span, as counts; single runs are not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qubecb.backtest.edit import AFTER, BEFORE
from qubecb.durations import HOUR
from qubecb.jobs import JobId

#: Examples that are shown of gained runs, and of lost runs.
EXAMPLES = 5
#: Users, jobs and kinds of events that are named.
MOST = 3


class Example(NamedTuple):
    """A run that only one side has: its event's id, if there is an event, and its job."""

    event: str | None
    job: JobId | None


class Lost(NamedTuple):
    """A run that the edit takes away: its event by its sequence, and its job."""

    sequence: int
    job: JobId
    file: str


class Fate(NamedTuple):
    """How such a run really ended: its state, and what it did to the farm."""

    state: str
    verbs: tuple[str, ...] = ()


#: For a run that there never was, because of a pause or an edit at that time.
NEVER = Fate("never")


class Planned(NamedTuple):
    """A run of one side."""

    side: str
    #: When its event was planned, Unix seconds.
    at: float
    #: Name and type of its event: `failed-work`.
    kind: str
    user: str
    example: Example


@dataclass(slots=True)
class Tally:
    """The counts of one mapping."""

    file: str
    before: int = 0
    after: int = 0
    #: Runs for the same event and job.
    same: int = 0
    #: Runs in each hour by its number since 1970, on each side.
    hours: dict[str, Counter[int]] = field(
        default_factory=lambda: {BEFORE: Counter(), AFTER: Counter()}
    )
    users: Counter[str] = field(default_factory=Counter)
    jobs: Counter[JobId] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    gained_examples: list[Example] = field(default_factory=list)
    lost_examples: list[Example] = field(default_factory=list)
    #: The lost runs by state, and how many of them did what to the farm.
    fates: Counter[str] = field(default_factory=Counter)
    verbs: Counter[str] = field(default_factory=Counter)
    #: Lost runs that did something.
    acted: int = 0

    @property
    def gained(self) -> int:
        """Runs that only the edit has."""
        return self.after - self.same

    @property
    def lost(self) -> int:
        """Runs that only the old configuration has."""
        return self.before - self.same

    def take(self, run: Planned) -> None:
        """Count a run of one side."""
        self.hours[run.side][int(run.at // HOUR)] += 1
        if run.side == BEFORE:
            self.before += 1
            return
        self.after += 1
        self.users[run.user] += 1
        self.kinds[run.kind] += 1
        if run.example.job is not None:
            self.jobs[run.example.job] += 1

    def compare(self, before: Sequence[Planned], after: Sequence[Planned]) -> int:
        """Take what both sides run for one event and job; give how many runs are lost."""
        for run in (*before, *after):
            self.take(run)
        same = min(len(before), len(after))
        self.same += same
        _show(self.gained_examples, after[same:])
        _show(self.lost_examples, before[same:])
        return len(before) - same

    def became(self, fate: Fate) -> None:
        """Count how a lost run ended."""
        self.fates[fate.state] += 1
        self.acted += bool(fate.verbs)
        self.verbs.update(set(fate.verbs))


def _show(examples: list[Example], runs: Sequence[Planned]) -> None:
    examples += [run.example for run in runs[: EXAMPLES - len(examples)]]
