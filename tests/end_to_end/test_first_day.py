"""A stranger's first day: clone, one command, events, mails, an edit, the end."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.end_to_end.browsing import Browser, Page
from tests.end_to_end.installation import PATIENCE, free_port, pids, wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"  # noqa: S105 (of a test)
QB_CONF = """
supervisor_language_flags = "qube,mail,perl,python"
mail_host = 127.0.0.1
mail_port = {port}
mail_from = supervisor@studio.example
"""
SHOT = {
    "id": 5042,
    "name": "shot_010",
    "user": "jo",
    "mailaddress": "jo@studio.example",
}
OTHER = {**SHOT, "id": 5043, "name": "shot_020"}
THIRD = {**SHOT, "id": 5044, "name": "shot_030"}
EVENTS = [
    {"name": "submit", "type": "job", "job": SHOT},
    {"name": "submit", "type": "job", "job": OTHER},
    {"name": "complete", "type": "job", "job": SHOT},
    {"name": "failed", "type": "work", "extra": "7", "job": OTHER},
    {"name": "failed", "type": "job", "job": OTHER},
]
#: Which runs these cause: file, job and what caused it.
RUNS = {
    ("submitted.py", 5042, "submit-job"),
    ("submitted.py", 5043, "submit-job"),
    ("mail-status.qcb", 5042, "complete-job"),
    ("checkWork.pl", 5043, "failed-work-7"),
    ("logFailuresToDB.py", 5043, "failed-job"),
    ("mail-status.qcb", 5043, "failed-job"),
}


class Inbox:
    """What a mail server was given."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@dataclass
class Day:
    """One day, and what is to be seen of it."""

    clone: Path
    port: int
    inbox: Inbox
    process: subprocess.Popen[bytes]
    token: str = ""
    first_runs: list[dict[str, Any]] = field(default_factory=list)
    first_mails: list[tuple[list[str], str]] = field(default_factory=list)
    later_runs: list[dict[str, Any]] = field(default_factory=list)
    saved: str = ""
    printed: str = ""
    status: int | None = None
    left: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def callbacks(self) -> Path:
        """The callback directory that the first start made."""
        return self.clone / "var" / "callback"

    def api(self, path: str, data: object = None) -> Any:
        """Ask the API with the day's token."""
        body = None if data is None else json.dumps(data).encode()
        headers = {"Authorization": f"Bearer {self.token}"}
        if body:
            headers["Content-Type"] = "application/json"
        asked = urllib.request.Request(f"{self.address}/api/{path}", body, headers)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            text = answer.read().decode()
            return text if "/output" in path else json.loads(text)

    def runs(self, *jobs: int) -> list[dict[str, Any]]:
        """All runs of these jobs."""
        found = self.api("runs?limit=500")["items"]
        return [run for run in found if run["job"] in jobs]

    def ended(self, count: int, *jobs: int) -> list[dict[str, Any]]:
        """Wait until these jobs have so many runs that ended; give all of theirs."""

        def all_there() -> bool:
            over = [run for run in self.runs(*jobs) if run["ended_at"]]
            return len(over) >= count

        wait_until(all_there, f"{count} runs of {jobs} ended")
        return self.runs(*jobs)


def is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """The whole day, once; every test looks at a part of it."""
    folder = tmp_path_factory.mktemp("first-day")
    clone, inbox, port = folder / "qubecb", Inbox(), free_port()
    subprocess.run(["git", "clone", "-q", str(REPOSITORY), str(clone)], check=True)
    (clone / ".venv").symlink_to(REPOSITORY / ".venv")
    mail = Controller(inbox, hostname="127.0.0.1", port=free_port())
    (folder / "qb.conf").write_text(QB_CONF.format(port=mail.port))
    mail.start()
    with (folder / "printed").open("wb") as printed:
        process = subprocess.Popen(
            [str(clone / "bin" / "up"), "--port", str(port)],
            env={**clean_environment(), "QUBECB_QB_CONF": str(folder / "qb.conf")},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
        )
    today = Day(clone, port, inbox, process)
    try:
        wait_until(lambda: is_up(today.address), "it is up")
        live(today)
    finally:
        process.send_signal(signal.SIGTERM)
        today.status = process.wait(PATIENCE)
        mail.stop()
    today.printed = (folder / "printed").read_text()
    today.left = [pid for pid in pids() if belongs_to(pid, folder)]
    return today


def clean_environment() -> dict[str, str]:
    unwanted = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in unwanted and not name.startswith(("QUBECB_", "DJANGO_"))
    }
    return {**kept, "QUBECB_ADMIN_PASSWORD": PASSWORD}


def belongs_to(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder)
    except OSError:
        return False


def live(today: Day) -> None:
    """What a person does from morning to evening."""
    browser = Browser(today.address)
    login = browser.get("login/")
    form = login.form("username", "password")
    browser.submit(login, form, {"username": "admin", "password": PASSWORD})
    tokens = browser.get("settings/tokens/")
    form = tokens.form("name", "right")
    made = browser.submit(tokens, form, {"name": "farm", "right": "operator"})
    today.token = part(made, r'id="secret">([^<]+)<')
    today.api("events", EVENTS)
    today.first_runs = today.ended(len(RUNS), 5042, 5043)
    today.first_mails = list(today.inbox.mails)
    today.saved = edit(browser).text
    today.api("events", [{"name": "submit", "type": "job", "job": THIRD}])
    today.api("events", [{"name": "complete", "type": "job", "job": THIRD}])
    today.later_runs = today.ended(3, 5044)


def part(page: Page, pattern: str) -> str:
    """The part in brackets of a pattern that the page holds."""
    found = re.search(pattern, page.text)
    assert found, f"{pattern} is not in the page"
    return found[1]


def edit(browser: Browser) -> Page:
    """Let `submitted.py` run at the end of a job too: open its mapping, apply, review, save."""
    page = browser.get("configuration/")
    opening = part(page, r'value="(open:\d+:submitted\.py)"')
    page = browser.submit(page, page.form("text"), {}, press=opening)
    trigger = {"mapping-trigger": "submit-job-self || complete-job-self"}
    page = browser.submit(page, page.form("mapping-trigger"), trigger, press="apply")
    page = browser.submit(
        page, page.form("text"), {}, press="/configuration/callback/review/"
    )
    return browser.submit(page, page.form("reason"), {"reason": "ends count too"})


def test_every_expected_run_is_there_and_no_other(day: Day) -> None:
    found = Counter(
        (run["callback"]["file"], run["job"], run["event"]["spec"])
        for run in day.first_runs
    )
    assert found == Counter(RUNS)


def test_every_run_succeeded(day: Day) -> None:
    states = {run["state"] for run in [*day.first_runs, *day.later_runs]}
    assert states == {"succeeded"}


def test_the_submitted_jobs_are_in_the_log_beside_the_script(day: Day) -> None:
    lines = (day.callbacks / "submitted.log").read_text().splitlines()
    assert sorted(lines[:2]) == [
        "submitted 5042: shot_010",
        "submitted 5043: shot_020",
    ]


def test_the_failure_is_a_row_in_the_database_of_the_callback(day: Day) -> None:
    with sqlite3.connect(day.callbacks / "failures.sqlite3") as database:
        rows = database.execute("SELECT jobid, name, failed_items FROM failures")
        assert rows.fetchall() == [(5043, "shot_020", "7")]
    database.close()


def test_the_owner_got_a_mail_about_each_end_and_nobody_another(day: Day) -> None:
    assert [who for who, _ in day.first_mails] == [["jo@studio.example"]] * 2
    told = sorted(text for _, text in day.first_mails)
    assert sum("5042" in text for text in told) == 1
    assert sum("5043" in text for text in told) == 1


def test_the_edited_mapping_counts_for_the_next_job(day: Day) -> None:
    written = (day.callbacks / "callbacks.conf").read_text()
    assert "submitted.py = submit-job-self || complete-job-self\n" in written
    found = Counter(
        (run["callback"]["file"], run["event"]["spec"]) for run in day.later_runs
    )
    assert found == Counter(
        {
            ("submitted.py", "submit-job"): 1,
            ("submitted.py", "complete-job"): 1,
            ("mail-status.qcb", "complete-job"): 1,
        }
    )


def test_the_edit_changed_one_line(day: Day) -> None:
    example = (REPOSITORY / "examples" / "callback" / "callbacks.conf").read_text()
    written = (day.callbacks / "callbacks.conf").read_text()
    pairs = zip(example.splitlines(), written.splitlines(), strict=True)
    assert sum(before != after for before, after in pairs) == 1


def test_the_first_start_says_where_everything_is(day: Day) -> None:
    assert f"http://127.0.0.1:{day.port}/" in day.printed
    assert "4 mappings, 0 errors" in day.printed
    assert "curl" in day.printed
    assert PASSWORD not in day.printed


def test_it_ends_when_asked_to_and_leaves_nothing_running(day: Day) -> None:
    assert day.status == 0
    assert day.left == []
