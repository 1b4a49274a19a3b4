"""The result of a backtest for one mapping, as in JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from qubecb.backtest.edit import AFTER
from qubecb.backtest.tally import MOST, Example, Tally
from qubecb.durations import HOUR

#: To save an edit that gains more runs a day than MANY, and TIMES as many as before, a person
#: must type a word.
MANY, TIMES = 1000, 10
#: The word for that, and the one for an edit that takes away runs that acted on the farm.
GAIN, LOSE = "gain", "lose"


@dataclass(frozen=True, slots=True)
class Run:
    """How long a run of a callback takes on average, and how many run at a time."""

    #: Seconds; None where it never ran.
    mean: float | None
    #: Places of all callbacks together.
    places: int

    @property
    def own_places(self) -> int:
        """How many of the places one callback may have."""
        return max(1, self.places // 2)


def told(tally: Tally, run: Run, days: float) -> dict[str, Any]:
    """Give the result. Takes the days of the span: seconds are run time a day."""
    return {
        "file": tally.file,
        "before": tally.before,
        "after": tally.after,
        "same": tally.same,
        "gained": tally.gained,
        "lost": tally.lost,
        "seconds_before": _a_day(tally.before, run, days),
        "seconds_after": _a_day(tally.after, run, days),
        "busiest": _busiest(tally, run),
        "most": {
            "user": _most(tally.users),
            "job": _most(tally.jobs),
            "event": _most(tally.kinds),
        },
        "gained_examples": [*map(_example, tally.gained_examples)],
        "lost_examples": [*map(_example, tally.lost_examples)],
        "lost_were": dict(tally.fates),
        "lost_acted": tally.acted,
        "lost_acts": dict(tally.verbs),
    }


def alarming(callbacks: Iterable[Mapping[str, Any]], days: float) -> str:
    """Give the word that must be typed to save an edit, or nothing. Takes results as in JSON."""
    found = list(callbacks)
    if any(each["lost_acted"] for each in found):
        return LOSE
    before, after = (sum(each[side] for each in found) for side in ("before", "after"))
    gains = after - before > MANY * days and after >= TIMES * before
    return GAIN if gains else ""


def _a_day(runs: int, run: Run, days: float) -> float | None:
    return None if run.mean is None else round(runs * run.mean / days, 3)


def _busiest(tally: Tally, run: Run) -> dict[str, Any] | None:
    """The hour with the most runs, and how long all places of the callback would be full."""
    hours = tally.hours[AFTER]
    if not hours:
        return None
    hour, runs = max(hours.items(), key=lambda item: (item[1], -item[0]))
    full = None if run.mean is None else round(runs * run.mean / run.own_places, 3)
    return {
        "hour": datetime.fromtimestamp(hour * HOUR, UTC).isoformat(),
        "runs": runs,
        "places": run.own_places,
        "full_seconds": full,
    }


def _most(counts: Counter[Any]) -> list[dict[str, Any]]:
    return [{"what": what, "runs": runs} for what, runs in counts.most_common(MOST)]


def _example(example: Example) -> dict[str, Any]:
    return {"event": example.event, "job": example.job}
