"""What a script finds beside it, and where it may look."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from tests.core.runner.rig import PATIENT, Running, environment, succeeded, text

Mode = Literal["fork", "fresh"]
POOL = """\
from concurrent.futures import ThreadPoolExecutor
import telnetlib_of_ours, queue, qb
print(ThreadPoolExecutor(1).submit(qb.jobid).result(), queue.Queue.__module__)
"""


@pytest.fixture
def repository() -> Iterator[Path]:
    """A folder that everybody may look into; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_another_callback_never_takes_a_standard_module_s_place(both: Running) -> None:
    for name in ("queue", "qb", "json", "token", "math", "_csv", "heapq"):
        both.write("raise SystemExit('executed: ' + __file__)", f"{name}.py")
    both.write("import csv, math, token, heapq, json, inspect", "telnetlib_of_ours.py")
    try:
        assert text(both.run(POOL, limits=PATIENT)) == "5042 queue\n"
        outcome = both.wait(both.start("queue.py", PATIENT))
        assert text(outcome).startswith("executed: ")
    finally:
        for path in both.scripts.glob("*.py"):
            path.unlink()


def test_a_neighbour_may_be_called_like_a_module_of_another_python(
    both: Running,
) -> None:
    for name in ("winreg", "test", "asynchat2"):
        both.write(f"print('{name} of ours')", f"{name}.py")
    outcome = both.run("import winreg, test, asynchat2", limits=PATIENT)
    assert text(outcome) == "winreg of ours\ntest of ours\nasynchat2 of ours\n"


def test_a_linked_script_finds_what_is_beside_the_file_that_it_links_to(
    both: Running, repository: Path
) -> None:
    (repository / "library.py").write_text("print('from the repository')")
    (repository / "linked.py").write_text("import library, sys; print(sys.path[0])")
    (both.scripts / "linked.py").symlink_to(repository / "linked.py")
    outcome = both.wait(both.start("linked.py", PATIENT))
    assert text(outcome) == f"from the repository\n{repository}\n"


def test_an_edit_within_the_second_counts_at_once(both: Running) -> None:
    for answer in "123":
        both.write(f"answer = {answer}\n", "neighbour.py")
        os.utime(both.scripts / "neighbour.py", (1e9, 1e9))
        (both.scripts / "__pycache__").mkdir(exist_ok=True)
        source = "import neighbour; print(neighbour.answer)"
        assert text(both.run(source, limits=PATIENT)) == f"{answer}\n"
        os.utime(both.scripts / "neighbour.py")


def test_no_bytecode_is_written_where_python_is_told_not_to(tmp_path: Path) -> None:
    running = Running(tmp_path, environment=environment(PYTHONDONTWRITEBYTECODE="1"))
    try:
        running.write("", "neighbour.py")
        assert succeeded(running.run("import neighbour", limits=PATIENT))
        assert not (running.scripts / "__pycache__").exists()
    finally:
        running.close()


@pytest.mark.parametrize("mode", ["fork", "fresh"])
def test_a_folder_of_modules_that_appears_later_is_found(
    tmp_path: Path, mode: Mode
) -> None:
    late = tmp_path / "late"
    (tmp_path / "root").mkdir()
    running = Running(
        tmp_path / "root", mode=mode, environment=environment(PYTHONPATH=str(late))
    )
    try:
        source = "import studio; print(studio.name)"
        assert "ModuleNotFoundError" in text(running.run(source, limits=PATIENT))
        late.mkdir()
        (late / "studio.py").write_text("name = 'found'\n")
        assert text(running.run(source, limits=PATIENT)) == "found\n"
        (late / "other.py").write_text("name = 'found, too'\n")
        source = "import other; print(other.name)"
        assert text(running.run(source, limits=PATIENT)) == "found, too\n"
    finally:
        running.close()


@pytest.mark.parametrize("mode", ["fork", "fresh"])
def test_a_python_that_is_told_to_be_safe_does_not_look_beside_a_script(
    tmp_path: Path, mode: Mode
) -> None:
    running = Running(tmp_path, mode=mode, environment=environment(PYTHONSAFEPATH="1"))
    try:
        running.write("", "neighbour.py")
        outcome = running.run("import qb\nimport neighbour", limits=PATIENT)
        assert outcome.reason.startswith("ModuleNotFoundError: No module named 'neigh")
    finally:
        running.close()
