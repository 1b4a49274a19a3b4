"""Does an event cost more when more mappings are configured that it does not match?

One configuration of 10 mappings and one of 10,000 are planned in turn, in the same run, through
a store in memory, each first in every second round. The same three mappings match in both.
Prints the cost of an event in each one's fastest round, which other work on the machine disturbs
least, and the ratio of these:

    python bench/matching.py [--events 20000] [--batch 500] [--rounds 10]
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from qubecb.dispatch.dispatcher import Dispatcher, DispatchSettings
from qubecb.events import Event, split_spec
from qubecb.jobs import Job
from qubecb.testing.store import MemoryStore, bound

#: The three that match an event each, of every ten that a job has.
MATCHING = {
    "mail.qcb": "done-job-self",
    "log.py": "failed-work-self-*",
    "parent.py": "complete-job-self && complete-subjob-self-0",
}
HISTORY = (
    *("submit-job", "running-job", "running-subjob-0", "complete-work-1"),
    *("failed-work-2", "complete-work-3", "failed-work-4", "complete-work-5"),
    *("complete-subjob-0", "complete-job"),
)
#: Triggers that none of these events satisfies, though they look like it.
OTHERS = (
    "failed-work-self-frame{n}",
    "complete-job-label{n}",
    "done-job-{n} && done-job-self{n}",
    "complete-subjob-self-{n}",
    "custom{n}-job-self || failed-work-part{n}-*",
)


def triggers(count: int) -> dict[str, str]:
    """A configuration of that many mappings."""
    others = {
        f"other{n}.py": OTHERS[n % len(OTHERS)].format(n=n + 1_000_000)
        for n in range(count - len(MATCHING))
    }
    return {**others, **MATCHING}


class Site:
    """A dispatcher whose configuration has been read."""

    def __init__(self, mappings: int) -> None:
        self.store = MemoryStore()
        self.store.configure(bound("/callback", triggers(mappings)))
        self.dispatcher = Dispatcher(self.store, DispatchSettings(), time.time)
        self.accept(1)
        self.dispatcher.step(1)

    def accept(self, count: int) -> None:
        """Accept events, ten to a job."""
        first = len(self.store.events)
        for number in range(first, first + count):
            name, kind, extra = split_spec(HISTORY[number % 10])
            job = Job(2 + number // 10)
            self.store.accept(Event(f"{number}", name, kind, extra, 0.0, job))

    def seconds(self, events: int, batch: int) -> float:
        """Plan this many events; give the seconds that each took."""
        self.accept(events)
        gc.collect()
        start = time.perf_counter()
        while self.dispatcher.step(batch):
            pass
        return (time.perf_counter() - start) / events


def main() -> int:
    """Measure in turn, print, and fail above 1.5."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=10)
    asked = parser.parse_args()
    sites = {count: Site(count) for count in (10, 10_000)}
    took: dict[int, list[float]] = {count: [] for count in sites}
    for number in range(asked.rounds):
        for count, site in sorted(sites.items(), reverse=bool(number % 2)):
            took[count].append(site.seconds(asked.events, asked.batch))
    least = {count: min(each) for count, each in took.items()}
    ratio = least[10_000] / least[10]
    lines = [
        f"{count:>6} mappings: {each * 1e6:6.1f} us an event, {1 / each:8.0f} events a second"
        for count, each in least.items()
    ]
    runs = {count: len(site.store.runs) for count, site in sites.items()}
    lines.append(f"runs queued: {runs[10]} and {runs[10_000]}")
    lines.append(f"ratio: {ratio:.2f} (at most 1.5)")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if ratio <= 1.5 and runs[10] == runs[10_000] else 1


if __name__ == "__main__":
    sys.exit(main())
