"""What is known afterwards of when the service lived: each process, and how it ended."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.installation import Installation, wait_until

SPANS = "SELECT kind, pid, ended_at IS NOT NULL FROM dashboard_processspan ORDER BY id"


def test_processes_that_lived_and_died_are_known_afterwards(tmp_path: Path) -> None:
    site = Installation(tmp_path, {}, {})
    try:
        site.prepare()
        for part in ("web", "work"):
            site.start(part)
        wait_until(lambda: len(site.rows(SPANS)) == 2, "both have noted that they live")
        killed = site.processes["work"].pid
        site.kill("work")
        site.start("work")
        wait_until(lambda: len(site.rows(SPANS)) == 3, "another one lives")
        pids = {part: process.pid for part, process in site.processes.items()}
        for part in pids:
            assert site.stop(part) == 0
    finally:
        site.close()
    assert sorted(site.rows(SPANS)) == sorted(
        [
            ("work", killed, 0),
            ("work", pids["work"], 1),
            ("web", pids["web"], 1),
        ]
    )
