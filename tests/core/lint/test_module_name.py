"""Files of a callback directory that are called like a module."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from qubecb.conffile import qb_conf
from qubecb.lint import check_directory
from qubecb.lint.rules.module_name import STANDARD
from tests.core.runner.pythons import found

NO_QB_CONF = qb_conf.load(None)


def messages(folder: Path, *files: str, conf: str = "") -> dict[str, str]:
    (folder / "callbacks.conf").write_text(conf)
    for file in files:
        (folder / file).write_text("")
    findings = check_directory(folder, NO_QB_CONF)
    return {
        Path(each.file).name: each.message for each in findings if each.code == "QCB312"
    }


def test_a_mapped_script_with_a_standard_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "callbacks.conf").write_text("queue.py = done-job-self\n")
    (tmp_path / "queue.py").write_text("")

    [finding] = check_directory(tmp_path, NO_QB_CONF)

    assert (finding.code, finding.line, finding.column) == ("QCB312", 1, 1)
    assert finding.message == "queue.py has the same name as a module of Python itself"
    assert "never means this file" in finding.hint


def test_so_are_files_that_no_mapping_names(tmp_path: Path) -> None:
    told = messages(tmp_path, "qb.py", "asyncore.py", "annotationlib.py", "mine.py")

    assert told == {
        "qb.py": "qb.py has the same name as the module of Qube",
        "asyncore.py": "asyncore.py has the same name as a module of Python itself",
        "annotationlib.py": "annotationlib.py has the same name as a module of Python itself",
    }


def test_names_that_are_no_modules_are_left_alone(tmp_path: Path) -> None:
    assert messages(tmp_path, "queue.pl", "Queue.py", "test.py", "queue.qcb") == {}


@pytest.mark.parametrize("python", found())
def test_the_modules_of_every_python_are_known(python: str) -> None:
    library = subprocess.check_output(
        [python, "-c", "import os; print(os.path.dirname(os.__file__))"], text=True
    )
    public = {
        path.stem
        for path in Path(library.strip()).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    private = {name for name in public if name.startswith("_")}
    assert public - private - STANDARD <= {"test", "sitecustomize"}
