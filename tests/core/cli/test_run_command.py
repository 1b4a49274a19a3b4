"""`qubecb run`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qubecb.cli import main

SCRIPT = """\
import os, qb
print("job", qb.jobid(), os.environ.get("QUBECB_TEST"), qb.unblock(qb.jobid()))
print("now", qb.jobinfo("-id", qb.jobid())[0]["status"])
"""
JOB = '{"id": 5042, "status": "blocked"}'


@pytest.fixture
def callback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "QUBECB_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QUBECB_QB_CONF", "/dev/null")
    (tmp_path / "callbacks.conf").write_text(
        "a.py = submit-job-self\n# qubecb: timeout=0.5\nslow.py = submit-job-self\n"
    )
    (tmp_path / "a.py").write_text(SCRIPT)
    (tmp_path / "slow.py").write_text("import time\nwhile True: time.sleep(1)\n")
    (tmp_path / "bad.py").write_text("shot = 7\nraise RuntimeError('no')\n")
    return tmp_path


def run(callback: Path, script: str, *more: str) -> int:
    situation = ("--event", "modified-job", "--job", JOB)
    return main(["run", str(callback), script, *situation, *more])


def test_a_simulation_notes_actions_and_changes_nothing(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(callback, "a.py") == 0
    captured = capsys.readouterr()
    assert captured.out == "job 5042 1 ['5042.0']\nnow blocked\n"
    assert captured.err == "succeeded\nwould have done: unblock 5042\n"


def test_live_applies_actions_to_the_jobs_given(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(callback, "a.py", "--live") == 0
    assert capsys.readouterr().out == "job 5042 None ['5042.0']\nnow pending\n"


def test_live_tells_what_was_applied_and_what_changed_nothing(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (callback / "a.py").write_text(
        "qb.kill(5042); qb.block(5042); qb.retire(5042)\n"
        "try: qb.kill(0)\nexcept qb.BadTarget: pass\n"
    )
    situation = (
        "--event",
        "modified-job",
        "--job",
        '{"id": 5042, "status": "running"}',
    )

    assert main(["run", str(callback), "a.py", *situation, "--live"]) == 0

    did, *rest = capsys.readouterr().err.splitlines()[1:]
    assert did == "did: kill 5042"
    assert rest[:2] == ["changed nothing: block 5042", "changed nothing: retire 5042"]
    assert rest[2].startswith("refused: kill 0 (id 0 means all")


def test_a_simulation_tells_what_would_have_changed_nothing(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (callback / "a.py").write_text("qb.kill(5042, 77); qb.resume(5042)\n")

    assert run(callback, "a.py") == 0

    assert capsys.readouterr().err.splitlines()[1:] == [
        "would have done: kill 5042 77 (only 5042.0)",
        "would have changed nothing: resume 5042",
    ]


def test_the_limits_of_the_mapping_hold(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(callback, "slow.py", "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)["state"] == "timed_out"


def test_a_failure_ends_with_1_and_is_told(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(callback, "bad.py") == 1
    captured = capsys.readouterr()
    assert "RuntimeError: no" in captured.out
    assert captured.err.startswith("failed: ")
    assert captured.err.endswith("variable: shot = 7\n")


@pytest.mark.parametrize(
    ("setting", "script"), [("QUBECB_PYTHON", "a.py"), ("QUBECB_PERL", "a.pl")]
)
def test_an_interpreter_that_cannot_run_it_is_named_by_its_setting(
    callback: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    script: str,
) -> None:
    (callback / "a.pl").write_text("print 1;")
    monkeypatch.setenv(setting, "/no/such/program")
    assert run(callback, script) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"qubecb: {setting}: there is no program /no/such/program; ")


@pytest.mark.parametrize("script", ["../a.py", "gone.py", "", "-x.py"])
def test_a_script_that_cannot_be_run_ends_with_2(callback: Path, script: str) -> None:
    assert run(callback, script) == 2


def test_a_time_limit_that_is_no_number_ends_with_2(
    callback: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("soon", "nan", "-5", "0", "1e9"):
        monkeypatch.setenv("QUBECB_TIMEOUT", text)
        assert run(callback, "a.py") == 2


def test_a_mail_names_the_trigger_of_its_mapping(
    callback: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (callback / "job.mail").write_text("Subject: $TRIGGERS after $EVENT\n\n")
    (callback / "callbacks.conf").write_text("status.qcb = modified-job-self\n")
    (callback / "status.qcb").write_text("mail-status\n")
    qb_conf = callback / "qb.conf"
    qb_conf.write_text(
        "supervisor_language_flags = qube,mail\nmail_domain = studio.test\n"
        f"mail_job_status_format = {callback}/job.mail\n"
    )
    monkeypatch.setenv("QUBECB_QB_CONF", str(qb_conf))
    job = '{"id": 5042, "user": "jo"}'
    situation = ("--event", "modified-job", "--job", job)
    assert main(["run", str(callback), "status.qcb", *situation]) == 0
    said = (
        "would have been sent to jo@studio.test: modified-job-self after modified-job"
    )
    assert said in capsys.readouterr().out
