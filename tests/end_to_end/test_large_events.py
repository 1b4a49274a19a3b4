"""An event as large as acceptance takes it fires callbacks of every language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.core.runner.qcb.post_office import PostOffice, open_office
from tests.end_to_end.installation import Installation, wait_until

SIZES = (50_000, 150_000, 9_000_000)
SCRIPTS = {
    "python.py": "print(len(qb.event()['job']['note']))\n",
    "perl.pl": 'print "job $qb::jobid\\n";\n',
    "mail.qcb": "mail-status\n",
}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as office:
        yield office


@pytest.fixture
def site(
    office: PostOffice, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    root = tmp_path_factory.mktemp("large")
    (root / "qb.conf").write_text(
        "supervisor_language_flags = python,perl,qube,mail\n"
        f"mail_host = 127.0.0.1\nmail_port = {office.port}\nmail_domain = x.example\n"
    )
    mappings = dict.fromkeys(SCRIPTS, "done-job-self")
    made = Installation(
        root, SCRIPTS, mappings, {"QUBECB_QB_CONF": str(root / "qb.conf")}
    )
    made.prepare()
    for part in ("web", "work"):
        made.start(part)
    wait_until(made.is_up, "it is up")
    yield made
    made.close()


def done(number: int, **job: Any) -> dict[str, Any]:
    named = {"id": number, "name": "shot", "user": "jo", "status": "complete"}
    return {"name": "done", "type": "job", "job": {**named, **job}}


def test_it_runs_in_every_language(site: Installation, office: PostOffice) -> None:
    for number, size in enumerate(SIZES, 1):
        answer = site.post(done(number, note="x" * size))
        assert answer.status == 202, answer
    runs = "SELECT count(*) FROM dashboard_run WHERE state NOT IN ('queued', 'running')"
    wanted = len(SIZES) * len(SCRIPTS)
    wait_until(lambda: site.value(runs) == wanted, "every run has ended")
    rows = site.rows("SELECT file, state, reason FROM dashboard_run ORDER BY id")
    assert {row[1:] for row in rows} == {("succeeded", "")}, rows
    assert len(office.letters) == len(SIZES)
