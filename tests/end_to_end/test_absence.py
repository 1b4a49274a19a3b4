"""A callback directory that goes away for a moment costs no job its callbacks.

Real processes, restarted while the directory is away; one site for all tests of this file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.installation import Installation, wait_until

SCRIPT = "print('hello')\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A service with one callback, whose directory may be put aside."""
    root = tmp_path_factory.mktemp("site")
    made = Installation(root, {"a.py": SCRIPT}, {"a.py": "complete-job-self"})
    made.prepare()
    try:
        for part in ("web", "work"):
            made.start(part)
        wait_until(made.is_up, "the service is up")
        yield made
    finally:
        made.close()


def trouble(site: Installation) -> Any:
    answer = site.ask("GET", "/healthz")
    return answer.body.get("trouble") if isinstance(answer.body, dict) else None


def submit(site: Installation, job: int) -> None:
    sent = {"name": "submit", "type": "job", "job": {"id": job}}
    assert site.post(sent).status == 202
    bound = "SELECT COUNT(*) FROM dashboard_jobrecord WHERE id = ?"
    wait_until(lambda: site.value(bound, [job]), "the job is known")


def runs(site: Installation, job: int) -> bool:
    """Whether the job's callback runs, once the job is complete."""
    sent = {"name": "complete", "type": "job", "job": {"id": job}}
    assert site.post(sent).status == 202
    planned = (
        "SELECT COUNT(*) FROM dashboard_eventrecord"
        " WHERE job_id = ? AND planned_at IS NOT NULL"
    )
    wait_until(lambda: site.value(planned, [job]) == 2, "both events are planned")
    found = site.value("SELECT COUNT(*) FROM dashboard_run WHERE job = ?", [job])
    return bool(found == 1)


def away(site: Installation) -> Path:
    """Put the directory aside, as if its share were no longer mounted, and see it told."""
    aside = site.root / "share"
    site.callbacks.rename(aside)
    site.callbacks.mkdir()
    wait_until(lambda: trouble(site) == ["configuration"], "it is told")
    return aside


def back(site: Installation, aside: Path) -> None:
    shutil.rmtree(site.callbacks)
    aside.rename(site.callbacks)
    wait_until(lambda: trouble(site) == [], "it is settled")


def test_jobs_submitted_meanwhile_keep_their_callbacks(site: Installation) -> None:
    aside = away(site)
    submit(site, 7)
    back(site, aside)
    assert runs(site, 7)


def test_it_holds_from_the_first_look_after_a_restart(site: Installation) -> None:
    aside = away(site)
    for part in ("work", "web"):
        site.stop(part)
    for part in ("web", "work"):
        site.start(part)
    wait_until(site.is_up, "the service is up again")
    submit(site, 8)
    wait_until(lambda: trouble(site) == ["configuration"], "it is told again")
    back(site, aside)
    assert runs(site, 8)


def test_a_file_that_is_truncated_and_then_written_is_no_revision(
    site: Installation,
) -> None:
    config = site.callbacks / "callbacks.conf"
    whole, revisions = config.read_bytes(), "SELECT COUNT(*) FROM dashboard_revision"
    before = site.value(revisions)
    with config.open("wb", buffering=0) as file:
        wait_until(lambda: trouble(site) == ["configuration"], "it is told")
        submit(site, 9)
        file.write(whole)
    wait_until(lambda: trouble(site) == [], "it is settled")
    assert site.value(revisions) == before
    assert runs(site, 9)
