"""A run's output in the job's own log: added where its folder is, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qubecb.runner.outcome import Output
from qubecb.runner.running.job_logs import JobLogs, add_to_job_log

SAID = Output(head=b"hello\n", total=6)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A log path in which jobs 44 and 5042 have a folder."""
    for folder in ("job/0/44", "job/5000/5042"):
        (tmp_path / "logs" / folder).mkdir(parents=True)
    return tmp_path / "logs"


@pytest.mark.parametrize(("job", "log"), [(44, "0/44/44"), (5042, "5000/5042/5042")])
def test_output_is_added_to_the_jobs_log(root: Path, job: int, log: str) -> None:
    path = root / "job" / f"{log}.cb"
    path.write_bytes(b"before\n")
    add_to_job_log(root, job, SAID)
    assert path.read_bytes() == b"before\nhello\n"


def test_a_folder_is_never_made(root: Path) -> None:
    add_to_job_log(root, 45, SAID)
    assert sorted(path.name for path in (root / "job/0").iterdir()) == ["44"]


def test_the_log_path_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    add_to_job_log(tmp_path / "link", 44, SAID)
    assert (root / "job/0/44/44.cb").exists()


@pytest.mark.parametrize("folder", ["job", "job/0", "job/0/44"])
def test_no_link_is_followed_on_the_way(
    root: Path, tmp_path: Path, folder: str
) -> None:
    private = tmp_path / "private"
    (root / folder).rename(private)
    (root / folder).symlink_to(private)
    add_to_job_log(root, 44, SAID)
    assert list(private.rglob("*.cb")) == []


def test_a_log_that_is_a_link_is_left_alone(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch()
    (root / "job/0/44/44.cb").symlink_to(secret)
    add_to_job_log(root, 44, SAID)
    assert secret.read_bytes() == b""


def test_a_file_of_two_names_is_left_alone(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch()
    os.link(secret, root / "job/0/44/44.cb")
    add_to_job_log(root, 44, SAID)
    assert secret.read_bytes() == b""


def test_a_pipe_holds_nobody_up(root: Path) -> None:
    os.mkfifo(root / "job/0/44/44.cb")
    add_to_job_log(root, 44, SAID)
    assert (root / "job/0/44/44.cb").is_fifo()


def test_what_waits_is_written_before_the_service_ends(root: Path) -> None:
    logs = JobLogs(root)
    logs.add(44, SAID)
    logs.close()
    assert (root / "job/0/44/44.cb").read_bytes() == b"hello\n"
