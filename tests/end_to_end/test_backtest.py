"""A backtest that was asked for is computed by a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.end_to_end.installation import Installation, wait_until


def test_work_computes_what_was_asked_for(tmp_path: Path) -> None:
    mappings = {"hello.py": "submit-job-self"}
    site = Installation(tmp_path, {"hello.py": "print(1)\n"}, mappings)
    site.prepare()
    site.token = site.manage("token", "create", "edits", "--right", "editor")
    try:
        for part in ("web", "work"):
            site.start(part)
        wait_until(site.is_up, "the service is up")
        assert site.post(event("submit", 1)).status == 202
        wait_until(lambda: told(site) == 1, "the event is planned")
        config = "hello.py = running-job-self\nnew.py = submit-job-self\n"
        body = {"config": config, "since": "1h"}
        asked = site.ask("POST", "/api/backtest", body)
        assert asked.status == 202
        path = f"/api/backtests/{asked.body['id']}"
        wait_until(lambda: found(site, path)["state"] == "done", "it is computed")
        counts = {
            each["file"]: (each["before"], each["after"])
            for each in found(site, path)["callbacks"]
        }
        assert counts == {"hello.py": (1, 0), "new.py": (0, 1)}
    finally:
        site.close()


def event(name: str, job: int) -> dict[str, Any]:
    return {"name": name, "type": "job", "job": {"id": job}}


def told(site: Installation) -> int:
    statement = (
        "SELECT COUNT(*) FROM dashboard_eventrecord WHERE planned_at IS NOT NULL"
    )
    return int(site.value(statement))


def found(site: Installation, path: str) -> dict[str, Any]:
    body: dict[str, Any] = site.ask("GET", path).body
    return body
