"""Does Why ever differ from what the dispatcher did?

Thousands of random histories (edits, pauses, flags, removals, verbs, restarts, timers) are lived
through in memory; then every event, job and mapping is asked about, and the runs are kept from
it. So is where the trigger as it is shown says true. Prints how many histories, events and runs
there were, and each difference; then the same for whole farms on the tables, if asked for:

    python bench/why.py [--histories 2000] [--live] [--farms 100]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import HealthCheck, Phase, given, settings

from tests.core.dispatch import histories
from tests.core.dispatch.test_rehearsal import lived
from tests.core.why.test_never_two_truths import said, shown, truth


def main() -> int:
    """Try them, print the counts; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=2000)
    parser.add_argument("--live", action="store_true", help="callbacks come from now")
    parser.add_argument("--farms", type=int, default=0, help="histories on the tables")
    chosen = parser.parse_args()
    counts: Counter[str] = Counter()

    @settings(
        max_examples=chosen.histories,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(history=histories.some_with_texts(chosen.live))
    def compare(history: list[histories.Act]) -> None:
        site = lived(history, chosen.live)
        found, told = said(site, chosen.live), truth(site)
        counts["histories"] += 1
        counts["events"] += len(site.memory_store.events)
        counts["runs"] += len(told)
        for which in found.keys() | told.keys():
            if found.get(which) != told.get(which):
                counts["differences"] += 1
                print(which, found.get(which), told.get(which), history)
        for which in shown(site, chosen.live) ^ told.keys():
            counts["differences"] += 1
            print(which, "is shown" if which not in told else "is not shown", history)

    compare()
    for name in ("histories", "events", "runs", "differences"):
        print(f"{counts[name]:>10,} {name}")
    return int(counts["differences"] > 0 or farms(chosen.farms) != 0)


def farms(count: int) -> int:
    """Compare so many farms on the tables; give pytest's exit status."""
    if not count:
        return 0
    test = "tests/dashboard/store/past/test_never_two_truths.py"
    command = [sys.executable, "-m", "pytest", "-q", test]
    environment = {**os.environ, "WHY_SEEDS": str(count)}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
