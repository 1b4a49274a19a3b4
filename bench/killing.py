"""Is anything lost, repeated or stuck after a thousand kills at random?

Kills web, work, keepers, Python hosts, launchers and callbacks under load from HTTP and the
spool, with a full database and a locked one in between, and counts afterwards::

    python bench/killing.py [--kills 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.end_to_end.installation import wait_until
from tests.end_to_end.storm import MAPPINGS, Storm, installation

#: Kills between two troubles of the database.
PORTION = 100


def main() -> int:
    """Let the storm rage, print what was counted, and fail when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = installation(Path(folder))
        storm = Storm(site, random.Random(asked.seed))
        site.prepare()
        try:
            began = time.monotonic()
            rage(storm, asked.kills)
            print(f"{storm.killed.total()} kills in {time.monotonic() - began:.0f} s:")
            print("  " + ", ".join(f"{kind} {n}" for kind, n in storm.killed.items()))
            broken = count(storm)
        finally:
            site.close()
    print("every promise was kept" if not broken else f"BROKEN: {', '.join(broken)}")
    return 1 if broken else 0


def rage(storm: Storm, kills: int) -> None:
    """Kill, fill and lock under load; then let everything come to its end."""
    storm.site.start("web")
    storm.site.start("work")
    wait_until(storm.site.is_up, "the service is up")
    with storm.load():
        while storm.killed.total() < kills:
            storm.kill(min(PORTION, kills - storm.killed.total()))
            storm.fill_database()
            storm.lock_database()
            print(f"  {storm.killed.total()} kills, {storm.ended()} runs", flush=True)
    storm.drain()


def count(storm: Storm) -> list[str]:
    """Print what there is; give the promises that were broken."""
    rows = storm.site.rows(
        "SELECT event_id, COUNT(*) FROM dashboard_eventrecord GROUP BY 1"
    )
    runs = storm.site.rows("SELECT id, job, file, state FROM dashboard_run")
    states = Counter(state for _, _, _, state in runs)
    accepted, marks = storm.accepted(), storm.marks()
    print(
        f"accepted {len(accepted)}, stored {len(rows)}, runs {len(runs)}: {dict(states)}"
    )
    print(
        f"started {len(marks)} runs, the same one at most {max(marks.values())} times"
    )
    print(f"lost at most {max(storm.buried_after):.1f} s after the start of `work`")
    print(f"answered 507 {storm.told(507)} times, 503 {storm.told(503)} times")
    return [what for what, broken in judged(storm, rows, runs).items() if broken]


def judged(storm: Storm, rows: list[Any], runs: list[Any]) -> dict[str, bool]:
    """What must not be, and whether it is.

    Takes how often each event is stored, and the runs as id, job, file and state.
    """
    accepted, marks = storm.accepted(), storm.marks()
    states = {state for _, _, _, state in runs}
    planned = Counter((job, file) for _, job, file, _ in runs)
    jobs = {int(identity.partition("-")[0]) for identity in accepted}
    lost = {run for run, _, _, state in runs if state == "lost"}
    return {
        "an accepted event is missing or twice": dict(rows)
        != dict.fromkeys(accepted, 1),
        "a planned run is missing or twice": planned
        != Counter((job, file) for job in jobs for file in MAPPINGS),
        "a run was started twice": max(marks.values()) > 1,
        "a run is stuck": not states <= {"succeeded", "crashed", "lost"},
        "a killed worker's run is not lost": bool(storm.doomed - lost),
        "a killed worker's run was lost later than 10 s after the next start": max(
            storm.buried_after
        )
        > 10,
        "statistics differ from the runs": storm.counted() != storm.stored(),
        "what is open is not what went wrong": bool(storm.misjudged()),
        "a run that succeeded left no mark": any(
            state == "succeeded" and run not in marks for run, _, _, state in runs
        ),
    }


if __name__ == "__main__":
    sys.exit(main())
