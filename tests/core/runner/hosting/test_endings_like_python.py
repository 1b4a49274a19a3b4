"""A callback begins and ends as `python script.py` does: exit status, output and files."""

from __future__ import annotations

from pathlib import Path

import pytest

from qubecb.runner.settings import default_python
from tests.core.runner.hosting.endings.table import CASES, MODES, Mode, Table
from tests.core.runner.pythons import notable
from tests.core.runner.rig import PATIENT, Running, environment, succeeded


@pytest.fixture(scope="module", params=notable())
def table(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Table:
    return Table(request.param, tmp_path_factory.mktemp("endings"), CASES)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CASES)
def test_a_callback_is_like_the_script(table: Table, name: str, mode: Mode) -> None:
    assert table.callbacks[mode][name] == table.right[name]


#: Without ctypes a script has one frame of ours below it.
NEAR = (
    *("an exception", "an excepthook", "sys.exit with a text", "an open text file"),
    *(
        "an open file in a cycle",
        "KeyboardInterrupt",
        "an empty file",
        "a thread that goes on",
    ),
)


def test_a_python_without_ctypes_comes_near(tmp_path: Path) -> None:
    (tmp_path / "ctypes.py").write_text("raise ImportError('no ctypes here')")
    cases = {name: CASES[name] for name in NEAR}
    table = Table(default_python(), tmp_path, cases, PYTHONPATH=str(tmp_path))
    assert table.right.keys() == cases.keys()
    for mode in MODES:
        assert table.callbacks[mode] == table.right, mode


#: Cases that Python's own variables make a difference to.
TOUCHY = (
    *("standard output detached", "a closed descriptor", "its streams", "its stack"),
    *("an open text file", "multiprocessing with spawn", "a finalizer", "an exception"),
    *("asyncio without an end", "a generator that waits", "how it was started"),
)


@pytest.mark.parametrize(
    "variable",
    [
        "PYTHONUNBUFFERED=1",
        "PYTHONDEVMODE=1",
        "PYTHONWARNINGS=always",
        "PYTHONOPTIMIZE=2",
    ],
)
def test_it_heeds_python_s_own_variables(tmp_path: Path, variable: str) -> None:
    name, _, value = variable.partition("=")
    cases = {each: CASES[each] for each in TOUCHY}
    table = Table(default_python(), tmp_path, cases, **{name: value})
    assert table.right.keys() == cases.keys()
    for mode in MODES:
        assert table.callbacks[mode] == table.right, mode


def test_a_service_that_is_told_to_inspect_runs_callbacks_all_the_same(
    tmp_path: Path,
) -> None:
    running = Running(tmp_path, environment=environment(PYTHONINSPECT="1"))
    try:
        assert succeeded(running.run("print(1)", limits=PATIENT))
    finally:
        running.close()
