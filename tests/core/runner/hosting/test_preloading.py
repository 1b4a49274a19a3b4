"""Modules that a host loads beforehand: what of them is new in each run, and when they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.runner.rig import PATIENT, Running, environment, text

MODULE = """\
import random
drawn = random.Random()
also_drawn = random.Random(None)
drawn.random()
fixed = random.Random(42)
seeded_later = random.Random()
seeded_later.seed("a shot")
system = random.SystemRandom()
class Own(random.Random):
    def __init__(self): super().__init__()
own = Own()
"""
NAMES = ("drawn", "also_drawn", "fixed", "seeded_later", "own", "system")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Running]:
    """A Runner whose host has loaded a studio's module, which stands beside its folders."""
    (tmp_path / "studio.py").write_text(MODULE + "version = 1\n")
    (tmp_path / "root").mkdir()
    running = Running(
        tmp_path / "root",
        mode="fork",
        preload=("studio", "broken"),
        environment=environment(PYTHONPATH=str(tmp_path)),
    )
    yield running
    running.close()


def printed(running: Running, what: str) -> str:
    outcome = running.run(f"import studio; print({what})", limits=PATIENT)
    assert outcome.mode == "fork"
    return text(outcome)


def test_generators_are_seeded_anew_unless_the_module_gave_them_a_seed(
    studio: Running,
) -> None:
    drawn = [
        printed(studio, ", ".join(f"studio.{name}.random()" for name in NAMES)).split()
        for _ in range(3)
    ]
    different = {
        name: len(set(numbers)) == 3
        for name, numbers in zip(NAMES, zip(*drawn, strict=True), strict=True)
    }
    assert different == {
        **dict.fromkeys(NAMES, True),
        "fixed": False,
        "seeded_later": False,
    }


def test_a_module_that_was_edited_counts_from_the_next_run_on(studio: Running) -> None:
    studio.settle()
    module = studio.root.parent / "studio.py"
    assert printed(studio, "studio.version") == "1\n"
    studio.write("import time, studio; time.sleep(0.3); print(studio.version)", "a.py")
    running = studio.start("a.py", PATIENT)
    studio.until(lambda: studio.has_process(running))
    module.write_text(MODULE + "version = 22\n")
    assert printed(studio, "studio.version") == "22\n"
    assert text(studio.wait(running)) == "1\n"
    studio.settle()
    assert printed(studio, "studio.version") == "22\n"


def test_a_module_that_could_not_be_loaded_is_tried_again_when_it_is_there(
    studio: Running,
) -> None:
    studio.settle()
    assert any("cannot load broken" in remark for remark in studio.runner.remarks)
    (studio.root.parent / "broken.py").write_text("def f(:\n")
    studio.run("", limits=PATIENT)
    studio.until(lambda: any("SyntaxError" in each for each in studio.runner.remarks))
    (studio.root.parent / "broken.py").write_text("x = 1\n")
    studio.run("", limits=PATIENT)
    studio.until(lambda: not studio.runner.remarks)
    outcome = studio.run("import sys; print('broken' in sys.modules)", limits=PATIENT)
    assert text(outcome) == "True\n"


def test_a_module_that_holds_a_file_open_is_named(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    (tmp_path / "studio.py").write_text(f"log = open({str(log)!r}, 'a')\n")
    (tmp_path / "root").mkdir()
    running = Running(
        tmp_path / "root",
        preload=("studio",),
        environment=environment(PYTHONPATH=str(tmp_path)),
    )
    try:
        running.settle()
        assert running.runner.remarks == (
            f"studio keeps {log} open, but every callback closes it: "
            "remove it from QUBECB_PRELOAD",
        )
    finally:
        running.close()
