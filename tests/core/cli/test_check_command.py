"""`qubecb check`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qubecb.cli import main


@pytest.fixture(autouse=True)
def _no_site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No qb.conf and no directories of this machine."""
    (tmp_path / "qb.conf").write_text('supervisor_language_flags = "127"\n')
    monkeypatch.setenv("QUBECB_QB_CONF", str(tmp_path / "qb.conf"))
    monkeypatch.delenv("QUBECB_CALLBACK_PATH", raising=False)


@pytest.fixture
def callback(tmp_path: Path) -> Path:
    path = tmp_path / "callback"
    path.mkdir()
    (path / "submitted.py").touch()
    (path / "callbacks.conf").write_text("submitted.py = submit-job-self\n")
    return path


def test_a_clean_directory_ends_with_0(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(callback)]) == 0
    assert capsys.readouterr().out == "1 mapping in 1 directory: nothing to report\n"


def test_warnings_alone_end_with_0(callback: Path) -> None:
    (callback / "callbacks.conf").write_text("submitted.py = sumbit-job-self\n")
    assert main(["check", str(callback)]) == 0


def test_an_error_ends_with_1_and_is_underlined(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = callback / "callbacks.conf"
    config.write_text("# first\n\tsubmitted.py = submit-jb-self # so\n")
    assert main(["check", str(callback)]) == 1
    assert capsys.readouterr().out.startswith(
        f"{config}:2:24: error QCB201: `jb` is not a type\n"
        "    |  submitted.py = submit-jb-self # so\n"
        "    |                        ^^\n"
        "    = did you mean `job`?\n"
    )


def test_a_missing_directory_is_an_error(tmp_path: Path) -> None:
    assert main(["check", str(tmp_path / "gone")]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check", "--format", "xml", "."],
        ["check", "--qb-conf", "/nowhere/qb.conf", "."],
        ["frobnicate"],
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "qubecb" in capsys.readouterr().err


def test_with_no_directory_anywhere_it_says_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUBECB_QB_CONF", str(tmp_path / "gone.conf"))
    assert main(["check"]) == 2
    assert "QUBECB_CALLBACK_PATH" in capsys.readouterr().err


def test_without_directories_those_of_the_site_are_checked(
    callback: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUBECB_CALLBACK_PATH", f"{callback}, {callback / 'gone'}")
    assert main(["check"]) == 1


def test_findings_as_json_have_the_agreed_members(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (callback / "callbacks.conf").write_text("submitted.py = link-done-job-self\n")
    assert main(["check", str(callback), "--format", "json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding == {
        "code": "QCB205",
        "name": "link-prefix",
        "severity": "error",
        "file": str(callback / "callbacks.conf"),
        "line": 1,
        "column": 16,
        "end_column": 21,
        "message": "`link-` belongs to the dependency language, not to triggers",
        "hint": "drop it: `done-job-self`",
        "fix": {
            "title": "Drop link-",
            "line": 1,
            "text": "submitted.py = done-job-self",
            "remove": [],
        },
    }


def test_the_flags_of_the_qb_conf_that_was_given_count(
    callback: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.conf"
    path.write_text("")
    assert main(["check", str(callback), "--qb-conf", str(path)]) == 0
    assert '"qube,python,post,mail,' in capsys.readouterr().out


def test_bytes_that_a_terminal_cannot_show_do_no_harm(
    callback: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (callback / "callbacks.conf").write_bytes(b"\xff\x1b[31m.py = done-j\xffb\0\x07\n")
    assert main(["check", str(callback)]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_the_module_is_the_command(callback: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qubecb", "check", str(callback)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_goes_away_leaves_no_traceback(callback: Path) -> None:
    (callback / "callbacks.conf").write_text("x\n" * 20_000)
    with subprocess.Popen(
        [sys.executable, "-m", "qubecb", "check", str(callback)],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
