"""`qubecb match`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qubecb.cli import main


@pytest.fixture
def callback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "qb.conf").write_text('supervisor_language_flags = "qube,python"\n')
    monkeypatch.setenv("QUBECB_QB_CONF", str(tmp_path / "qb.conf"))
    (tmp_path / "callbacks.conf").write_text(
        "a.py = failed-work-self-*\nb.py = failed-job-parent\nc.pl = failed-job-self\nd.py\n"
    )
    return tmp_path


def fired(out: str) -> list[str]:
    return [each["file"] for each in json.loads(out)["matches"] if each["fires"]]


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        (["--event", "failed-work-7", "--job", "5042"], ["a.py"]),
        (["--event", "failed-work", "--job", "5042"], ["a.py"]),
        (["--event", "failed-job", "--job", "5042"], []),
        (
            ["--event", "failed-job", "--job", "7", "--attached", '{"id":8,"pid":7}'],
            ["b.py"],
        ),
    ],
)
def test_what_fires_is_said_as_json(
    callback: Path,
    arguments: list[str],
    files: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["match", str(callback), *arguments, "--format", "json"]) == 0
    assert fired(capsys.readouterr().out) == files


def test_a_disabled_language_is_said(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["match", str(callback), "--event", "failed-job", "--job", "5042"])
    out = capsys.readouterr().out
    assert (
        "3: c.pl = failed-job-self\n  would fire, but perl callbacks are disabled"
        in out
    )
    assert out.endswith("0 of 3 fire for failed-job\n")


def test_a_directory_that_cannot_be_read_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone")
    assert main(["match", gone, "--event", "failed-job", "--job", "1"]) == 1
    assert "does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("event", "job", "wrong"),
    [
        ("failed", "1", "is not NAME-TYPE"),
        ("failed-jb", "1", "must be one of"),
        ("failed-job-7", "1", "extra"),
        ("failed-job", "0", "must not be 0"),
        ("failed-job", "007", "must not begin with a zero"),
        ("failed-job", "x y", "neither a job id nor JSON"),
        ("failed-job", "[1]", "a JSON object with an id"),
        ("failed-job", '{"name": "x"}', "job.id"),
        ("failed-job", "[" * 100_000, "neither a job id nor JSON"),
    ],
)
def test_a_wrong_event_or_job_ends_with_2(
    callback: Path,
    event: str,
    job: str,
    wrong: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["match", str(callback), "--event", event, "--job", job]) == 2
    assert wrong in capsys.readouterr().err
