"""Interpreters that cannot run callbacks are refused, with what they are and what is needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from qubecb.errors import ConfigurationError
from qubecb.runner.hosting import programs
from qubecb.runner.hosting.programs import check_perl, check_python
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.settings import RunnerSettings, User
from tests.core.runner.pythons import found
from tests.core.runner.rig import environment

NEEDED = "callbacks need Python 3.6 or newer"


def program(folder: Path, *lines: str, mode: int = 0o755) -> str:
    path = folder / "interpreter"
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(mode)
    return str(path)


def settings(folder: Path, **changes: Any) -> RunnerSettings:
    changes.setdefault("environment", environment(PYTHONPATH=str(folder)))
    return RunnerSettings(scratch=folder, **changes)


def refusal(folder: Path, python: str, **changes: Any) -> str:
    with pytest.raises(ConfigurationError) as refused:
        check_python(settings(folder, python=python, **changes))
    return str(refused.value)


@pytest.mark.parametrize("python", found())
def test_every_python_that_can_run_callbacks_is_taken(
    tmp_path: Path, python: str
) -> None:
    check_python(settings(tmp_path, python=python, preload=("json", "email.message")))


def test_an_old_python_is_named_with_its_version(tmp_path: Path) -> None:
    old = program(tmp_path, "echo some module talks", "echo qubecb-version 2.7.18")
    assert (
        refusal(tmp_path, old) == f"QUBECB_PYTHON: {old} is Python 2.7.18, and {NEEDED}"
    )


@pytest.mark.skipif(
    not list(Path.home().glob(".pyenv/versions/2.7*/bin/python")), reason="no Python 2"
)
def test_a_real_python_2_is_named_with_its_version(tmp_path: Path) -> None:
    (old, *_) = Path.home().glob(".pyenv/versions/2.7*/bin/python")
    told = refusal(tmp_path, str(old), preload=("nothing",))
    assert told.startswith(f"QUBECB_PYTHON: {old} is Python 2.7.")
    assert told.endswith(NEEDED)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/no/such/python", "there is no program /no/such/python"),
        ("no-such-python", "there is no program no-such-python"),
        ("/etc", "/etc is not executable"),
        ("/etc/passwd", "/etc/passwd is not executable"),
        ("/etc/passwd/python", "/etc/passwd/python cannot be run: Not a directory"),
    ],
)
def test_what_cannot_be_run_is_named(tmp_path: Path, name: str, why: str) -> None:
    assert refusal(tmp_path, name) == f"QUBECB_PYTHON: {why}; {NEEDED}"


def test_a_file_in_no_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "interpreter"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    why = f"{path} cannot be run: Exec format error"
    assert refusal(tmp_path, str(path)) == f"QUBECB_PYTHON: {why}; {NEEDED}"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["echo 'usage: me'", "exit 2"], "'usage: me'"),
        (["exit 0"], "nothing"),
        (["printf '\\033[31m'"], "'\\x1b[31m'"),
        (["head -c 1000000 /dev/zero"], "'\\x00"),
    ],
)
def test_a_program_that_is_no_python_is_quoted(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    other = program(tmp_path, *lines)
    told = refusal(tmp_path, other)
    assert told.startswith(
        f"QUBECB_PYTHON: {other} is not such an interpreter: asked for its version,"
        f" it said {said}"
    )
    assert told.endswith(f"; {NEEDED}")
    assert len(told) < 1500


def test_one_that_hangs_is_ended_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "PATIENCE", 2.0)
    hanging = program(tmp_path, f"echo $$ > {tmp_path}/pid", "sleep 60 & sleep 60")
    why = f"{hanging} did not answer within 2 s"
    assert refusal(tmp_path, hanging) == f"QUBECB_PYTHON: {why}; {NEEDED}"
    pid = int((tmp_path / "pid").read_text())
    assert sessions.members([pid]) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "ModuleNotFoundError: No module named 'studio'"),
        (
            "import no_such_module",
            "ModuleNotFoundError: No module named 'no_such_module'",
        ),
        ("def f(:", "SyntaxError: "),
        ("raise SystemExit('no licence')", "SystemExit: no licence"),
        ("print('talk', end=''); 1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_module_that_cannot_be_loaded_beforehand_is_named(
    tmp_path: Path, text: str | None, why: str
) -> None:
    if text is not None:
        (tmp_path / "studio.py").write_text(text)
    python = next(iter(found()))
    told = refusal(tmp_path, python, preload=("json", "studio"))
    assert told.startswith(f"QUBECB_PRELOAD: cannot load studio: {why}")


def test_a_module_that_asks_the_farm_may_be_loaded_beforehand(tmp_path: Path) -> None:
    (tmp_path / "studio.py").write_text("import qb")
    check_python(settings(tmp_path, preload=("studio",)))


def test_perl_is_tried_in_the_same_way(tmp_path: Path) -> None:
    check_perl(settings(tmp_path, perl="perl"))
    for lines, said in (
        (["echo qubecb-version 5.8.8"], "is Perl 5.8.8, and"),
        (
            ["exit 3"],
            "is not such an interpreter: asked for its version, it said nothing;",
        ),
    ):
        other = program(tmp_path, *lines)
        with pytest.raises(ConfigurationError) as refused:
            check_perl(settings(tmp_path, perl=other))
        assert str(refused.value) == (
            f"QUBECB_PERL: {other} {said} callbacks need Perl 5.10 or newer"
        )


@pytest.mark.parametrize(
    "text", ["no-such-user", "4294967295", "9" * 30, "-1", "\u0663", "a\u202eb"]
)
def test_a_user_that_is_none_is_named(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^QUBECB_RUN_AS: ") as refused:
        User.named(text)
    assert str(refused.value).isascii()


@pytest.mark.parametrize("text", ["0", "root", "000"])
def test_root_is_nobody_to_run_callbacks_as(text: str) -> None:
    why = "is root, who may do" if os.geteuid() == 0 else "started by root"
    with pytest.raises(ConfigurationError, match=f"^QUBECB_RUN_AS: .*{why}"):
        User.named(text)
