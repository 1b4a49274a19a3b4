"""Callbacks as another Unix user: they cannot read what the service keeps to itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation, wait_until

SOMEBODY = 64321
PYTHON = "/usr/bin/python3"
SCRIPTS = {
    "peek.py": """\
import os
print("as", os.getuid())
for name in ("secret-key", "qubecb.sqlite3", "log/work.log"):
    try:
        open(os.path.join(DATA, name))
        print("could read", name)
    except PermissionError:
        print("refused", name)
print(qb.jobid())
""",
    "peek.pl": """\
print "as $<\\n";
print open(my $f, "<", "DATA/secret-key") ? "could read\\n" : "refused secret-key\\n";
print "$qb::jobid\\n";
""",
}

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not Path(PYTHON).exists(),
    reason="needs root, and an interpreter that every user may read",
)


@pytest.fixture(scope="module", params=["auto", "fresh"])
def site(request: pytest.FixtureRequest) -> Iterator[Installation]:
    """An installation whose data directory is closed to others, as `bin/up` makes it."""
    root = Path(tempfile.mkdtemp(prefix="qubecb-"))
    root.chmod(0o755)
    scripts = {
        "peek.py": SCRIPTS["peek.py"].replace("DATA", repr(str(root / "data"))),
        "peek.pl": SCRIPTS["peek.pl"].replace("DATA", str(root / "data")),
        "block.qcb": "block-self\n",
    }
    settings = {
        "QUBECB_RUN_AS": str(SOMEBODY),
        "QUBECB_PYTHON": PYTHON,
        "QUBECB_RUNNER": request.param,
    }
    mappings = dict.fromkeys(scripts, "failed-job-self")
    made = Installation(root, scripts, mappings, settings)
    try:
        made.prepare()
        made.data.chmod(0o700)
        made.start("web")
        made.start("work")
        wait_until(made.is_up, "the service is up")
        yield made
    finally:
        made.close()
        shutil.rmtree(root)


def test_it_runs_and_is_recorded_but_reads_nothing_of_the_service(
    site: Installation,
) -> None:
    job = {"id": 5042, "name": "shot_010", "status": "running"}
    assert site.post({"name": "failed", "type": "job", "job": job}).status == 202
    ended = (
        "SELECT COUNT(*) FROM dashboard_run WHERE state NOT IN ('queued', 'running')"
    )
    wait_until(lambda: site.value(ended) == 3, "all have run")
    found = dict(
        site.rows(
            "SELECT file, CAST(head AS TEXT) FROM dashboard_run"
            " JOIN dashboard_runoutput ON run_id = dashboard_run.id"
        )
    )
    refused = ["refused secret-key", "refused qubecb.sqlite3", "refused log/work.log"]
    assert found["peek.py"].split("\n") == [f"as {SOMEBODY}", *refused, "5042", ""]
    assert found["peek.pl"] == f"as {SOMEBODY}\nrefused secret-key\n5042\n"
    assert found["block.qcb"] == "block-self: 5042.0\n"
    assert site.rows("SELECT DISTINCT state FROM dashboard_run") == [("succeeded",)]


DROP = """\
import os, sys
spool, name, text = sys.argv[1:]
os.umask(0o027)
with open(f"{spool}/tmp/{name}", "w") as file:
    file.write(text)
os.rename(f"{spool}/tmp/{name}", f"{spool}/new/{name}")
"""
GROUP = 64322


@pytest.fixture
def own_site() -> Iterator[Installation]:
    """An installation with the callback directory in its data directory, open to all."""
    root = Path(tempfile.mkdtemp(prefix="qubecb-"))
    root.chmod(0o755)
    made = Installation(root, {}, {})
    own = made.data / "callback"
    made.settings = {
        "QUBECB_CALLBACK_PATH": "",
        "QUBECB_RUN_AS": str(SOMEBODY),
        "QUBECB_PYTHON": PYTHON,
        "QUBECB_SPOOL_GROUP": str(GROUP),
    }
    try:
        made.prepare()
        own.mkdir()
        (own / "peek.py").write_text(
            SCRIPTS["peek.py"].replace("DATA", repr(str(made.data)))
        )
        (own / "callbacks.conf").write_text("peek.py = failed-job-self\n")
        for path in made.data.rglob("*"):
            path.chmod(0o777)
        made.data.chmod(0o755)
        made.start("work")
        yield made
    finally:
        made.close()
        shutil.rmtree(root)


def test_a_stranger_of_the_spools_group_sends_events_to_callbacks_of_another_user(
    own_site: Installation,
) -> None:
    spool = own_site.data / "spool"
    wait_until(lambda: (spool / "new").is_dir(), "the spool is there")
    wait_until(lambda: (spool / "new").stat().st_mode & 0o7777 == 0o2770, "it is open")
    event = '{"name": "failed", "type": "job", "job": {"id": 5042, "status": "failed"}}'

    subprocess.run(
        [PYTHON, "-c", DROP, str(spool), "0001-failed.json", event],
        user=SOMEBODY + 7,
        group=GROUP,
        extra_groups=[],
        check=True,
    )

    said = "SELECT CAST(head AS TEXT) FROM dashboard_runoutput"
    wait_until(lambda: own_site.rows(said) != [], "it has run")
    refused = ["refused secret-key", "refused qubecb.sqlite3", "refused log/work.log"]
    assert own_site.value(said).split("\n")[:4] == [f"as {SOMEBODY}", *refused]
