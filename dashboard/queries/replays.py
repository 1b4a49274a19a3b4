"""Which runs of a filter can be replayed or dismissed, counted beforehand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from dashboard.models import Run
from dashboard.queries.runs import RunFilter, matching
from qubecb.runner.outcome import SETTLED_AT_ONCE, UNFINISHED, RunState

#: How many runs can be replayed or dismissed at once.
REPLAYED = 1_000
#: Runs in these states are replayed by a filter only when it names them.
_ON_REQUEST = SETTLED_AT_ONCE


def replayable(wanted: RunFilter) -> QuerySet[Run]:
    """The runs of a filter that can be run again: those that are open, tests never.

    Of runs that succeeded or were cancelled those too that were not replayed, where the
    filter names these states. A run is left out while a replay of its chain waits or runs.
    """
    asked = tuple(state for state in _ON_REQUEST if state in wanted.states)
    found = matching(wanted if asked else replace(wanted, open=True))
    again = Run.objects.filter(event=OuterRef("event"), replay_of=OuterRef("pk"))
    if asked:
        found = found.filter(Q(open=True) | Q(state__in=asked) & ~Exists(again))
    return found.filter(test=False).exclude(Exists(_unfinished()))


def _unfinished() -> QuerySet[Run]:
    """The replays of a run's chain that wait or run."""
    root = Coalesce(OuterRef("chain"), OuterRef("pk"))
    return Run.objects.filter(chain=root, state__in=UNFINISHED)


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What replaying a filter's runs would start, callback by callback."""

    ids: tuple[int, ...]
    #: Whether there are more than can be replayed at once.
    more: bool
    callbacks: tuple[tuple[str, str, int], ...]
    #: The newest run: later replays have greater ids.
    seen: int
    #: How many of them are open, and may be dismissed instead.
    open: int
    #: How many of these were suppressed.
    suppressed: int


def replay_plan(wanted: RunFilter) -> ReplayPlan:
    """Count what a replay would run, newest first, before anything is run."""
    seen = Run.objects.order_by("-id").values_list("id", flat=True).first() or 0
    columns = ("id", "directory", "file", "state", "open")
    found = replayable(wanted).order_by("-id").only(*columns)
    runs = list(found[: REPLAYED + 1])
    more, runs = len(runs) > REPLAYED, runs[:REPLAYED]
    counts = Counter((run.directory, run.file) for run in runs)
    return ReplayPlan(
        tuple(run.pk for run in runs),
        more,
        tuple((*callback, count) for callback, count in counts.most_common()),
        seen,
        sum(run.open for run in runs),
        sum(run.state == RunState.SUPPRESSED for run in runs if run.open),
    )
