"""Who is connected and does no good: does anybody else notice?

For a minute, from addresses spread over 127.0.0.0/8: 1,000 senders that were answered once and
keep their connection, 300 half-sent requests, and 60 addresses of 200,000 characters a second.
Meanwhile somebody else opens a connection for each of twenty `GET /healthz` and twenty
`POST /api/events` a second::

    python bench/connections.py [--seconds 60] [--idle 1000] [--half 300] [--long 60]

The same without the crowd stands beside it. Good is when of both doors 99 in 100 requests take
less than 250 ms.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from load import events, running

from tests.end_to_end import crowd
from tests.end_to_end.installation import Installation

MOST = 0.250
A_SECOND = 20
DOORS = ("/healthz", "/api/events")
Times = dict[str, list[float]]


def measure(site: Installation, seconds: float) -> Times:
    """Seconds that each request took, for both doors at a time."""
    with ThreadPoolExecutor(len(DOORS)) as pool:
        found = pool.map(lambda door: list(_times(site, door, seconds)), DOORS)
        return dict(zip(DOORS, found, strict=True))


def _times(site: Installation, door: str, seconds: float) -> Iterator[float]:
    sent = events(round(seconds * A_SECOND), "modified")
    for event, pause in zip(sent, crowd.moments(A_SECOND), strict=False):
        time.sleep(pause)
        began = time.perf_counter()
        answer = site.post(event) if "api" in door else site.ask("GET", door)
        yield time.perf_counter() - began
        if answer.status not in (200, 202):
            raise SystemExit(f"{door} was answered {answer}")


@contextlib.contextmanager
def beside(port: int, idle: int, half: int, long: int) -> Iterator[None]:
    """A crowd during the block."""
    command = [sys.executable, crowd.__file__, *map(str, (port, idle, half, long))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise SystemExit("the crowd did not come")
            yield
        finally:
            process.terminate()


def processor(site: Installation) -> float:
    """Processor seconds that the web process has had."""
    fields = Path(f"/proc/{site.processes['web'].pid}/stat").read_text().split()
    return sum(map(int, fields[13:15])) / 100


def told(name: str, times: Times, used: float) -> bool:
    """Print a line for each door; whether all are quick enough."""
    quick = True
    for door, found in times.items():
        p50, p99 = statistics.median(found), statistics.quantiles(found, n=100)[98]
        row = f"{name:<12} {door:<14} {len(found):>6}"
        for value in (p50, p99, max(found)):
            row += f" {value * 1000:>9.1f}"
        print(f"{row} {used:>8.2f}")
        quick &= p99 < MOST
    return quick


def main() -> None:
    """Measure and judge."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seconds", type=float, default=60)
    for name, count in (("idle", 1000), ("half", 300), ("long", 60)):
        arguments.add_argument(f"--{name}", type=int, default=count)
    asked = arguments.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(f"{'':<12} {'':<14} {'asked':>6} {'p50 ms':>9} {'p99 ms':>9}", end="")
    print(f" {'most ms':>9} {'web, s':>8}")
    with (
        tempfile.TemporaryDirectory() as root,
        running(Installation(Path(root) / "site", {}, {})) as site,
    ):
        before = processor(site)
        told("alone", measure(site, min(15, asked.seconds)), processor(site) - before)
        with beside(site.port, asked.idle, asked.half, asked.long):
            before = processor(site)
            times = measure(site, asked.seconds)
            good = told("with crowd", times, processor(site) - before)
    print(f"p99 under {MOST * 1000:.0f} ms: {'yes' if good else 'NO'}")
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
