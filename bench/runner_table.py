"""What bench/runner.py prints: one table, the start latency, and a line for each target."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

#: What the rate of callbacks must be of another contender's, at least.
TARGETS = (
    ("submitted.py", "floor", 0.6),
    ("imports.py", "floor", 0.6),
    ("hello.pl", "floor", 0.6),
    ("submitted.py", "fresh", 2.5),
    ("imports.py", "fresh", 6.0),
)
#: The first line of a script may come so much later than the floor's, in milliseconds.
LATER = 1.5


class Figures(NamedTuple):
    """One contender in one round."""

    #: Callbacks a second.
    rate: float
    #: Seconds that each took.
    latencies: list[float]
    #: Seconds of processor time of each on average; 0 where it is not measured.
    cpu: float = 0.0


#: The rounds of each contender, by script and name.
Results = dict[tuple[str, str], list[Figures]]


def show(results: Results) -> None:
    """Print the table."""
    print(
        f"{'script':14}{'contender':11}{'a second':>9}{'least':>7}{'most':>7}"
        f"{'p50 ms':>9}{'p99 ms':>9}{'cpu ms':>8}{'of floor':>10}{'of fresh':>10}"
    )
    for (script, name), rounds in results.items():
        rates = [each.rate for each in rounds]
        latencies = sorted(each * 1000 for found in rounds for each in found.latencies)
        cpu = statistics.median(each.cpu for each in rounds) * 1000
        print(
            f"{script:14}{name:11}{statistics.median(rates):9.0f}{min(rates):7.0f}"
            f"{max(rates):7.0f}{latencies[len(latencies) // 2]:9.2f}"
            f"{latencies[int(len(latencies) * 0.99)]:9.2f}{cpu:8.2f}"
            f"{_shown(_rate_of(results, script, name, 'floor')):>10}"
            f"{_shown(_rate_of(results, script, name, 'fresh')):>10}"
        )


def show_targets(
    results: Results, floor: Sequence[list[float]], ours: Sequence[list[float]]
) -> None:
    """Print the start latency, given in seconds by round, and whether targets are reached."""
    medians = [[_median_ms(each) for each in side] for side in (floor, ours)]
    later = statistics.median(own - its for its, own in zip(*medians, strict=True))
    print(
        f"\nfirst line after the decision, one at a time, p50: floor"
        f" {statistics.median(medians[0]):.2f} ms, qubecb"
        f" {statistics.median(medians[1]):.2f} ms, difference {later:.2f} ms\n"
    )
    for script, other, least in TARGETS:
        ratio = _rate_of(results, script, "qubecb", other)
        if ratio is not None:
            told = f"{script}: {ratio:.2f} of {other} (at least {least})"
            cpu = _cpu_of(results, script, other)
            if cpu is not None:
                told += f"; by processor time {cpu:.2f}"
            verdict(ratio >= least, told)
    verdict(later <= LATER, f"first line: {later:.2f} ms later (at most {LATER})")


def verdict(reached: bool, told: str) -> None:
    """Print one target's line."""
    print(f"{'reached' if reached else 'MISSED':8} {told}")


def _median_ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


def _shown(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _rate_of(results: Results, script: str, name: str, other: str) -> float | None:
    return _ratio(results, (script, name), (script, other), lambda each: each.rate)


def _cpu_of(results: Results, script: str, other: str) -> float | None:
    """How much of our processor time the other would need; what a busy machine distorts less."""
    return _ratio(
        results, (script, other), (script, "qubecb"), lambda each: each.cpu or None
    )


def _ratio(
    results: Results,
    above: tuple[str, str],
    below: tuple[str, str],
    value: Callable[[Figures], float | None],
) -> float | None:
    """The median over the rounds of one contender's figure by another's in the same round."""
    pairs = zip(results.get(above, []), results.get(below, []), strict=False)
    found = [mine / its for a, b in pairs if (mine := value(a)) and (its := value(b))]
    return statistics.median(found) if found else None
