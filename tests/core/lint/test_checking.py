"""The checker over whole directories."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from qubecb.conffile import qb_conf
from qubecb.conffile.catalog import load, load_directory
from qubecb.conffile.qb_conf import QubConf
from qubecb.conffile.storage import LARGEST
from qubecb.lint import Finding, check_catalog, check_directory, check_text
from tests.core.conffile.samples import DOCUMENTED, FILES
from tests.measuring import Work, grows_with_its_input

NO_QB_CONF = qb_conf.load(None)


@pytest.fixture
def callback(tmp_path: Path) -> Path:
    path = tmp_path / "callback"
    path.mkdir()
    for name in ("logFailuresToDB.py", "mail-status.qcb", "checkWork.pl"):
        (path / name).touch()
    (path / "submitted.py").touch()
    (path / "callbacks.conf").write_bytes(DOCUMENTED)
    return path


def flags(path: Path, text: str) -> QubConf:
    """A qb.conf with these language flags."""
    path.write_text(f"supervisor_language_flags = {text}\n")
    return qb_conf.load(path)


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_the_documentations_example_is_clean(callback: Path) -> None:
    assert check_directory(callback, NO_QB_CONF) == []


def test_a_missing_directory_is_an_error_about_it(tmp_path: Path) -> None:
    finding = only(check_directory(tmp_path / "gone", NO_QB_CONF))
    assert (finding.code, finding.file) == ("QCB101", str(tmp_path / "gone"))
    assert (finding.severity, finding.line) == ("error", None)


def test_a_directory_without_callbacks_conf_has_that_one_finding(
    callback: Path,
) -> None:
    (callback / "callbacks.conf").unlink()
    assert only(check_directory(callback, NO_QB_CONF)).code == "QCB102"


def test_a_callbacks_conf_that_is_no_file_is_an_error(callback: Path) -> None:
    (callback / "callbacks.conf").unlink()
    os.mkfifo(callback / "callbacks.conf")
    assert only(check_directory(callback, NO_QB_CONF)).code == "QCB103"


def test_a_callbacks_conf_beyond_the_bound_is_an_error(callback: Path) -> None:
    data = b"#" * (LARGEST + 1)
    finding = only(check_text(data, callback, NO_QB_CONF))
    assert (finding.code, finding.severity) == ("QCB104", "error")


def test_bytes_that_are_no_utf_8_are_an_information(callback: Path) -> None:
    data = DOCUMENTED + b"# M\xfcller\n# M\xfcller\n"
    finding = only(check_text(data, callback, NO_QB_CONF))
    assert (finding.code, finding.line, finding.column) == ("QCB105", 11, 4)
    assert finding.severity == "info"
    assert finding.message == "this is not valid UTF-8, as on 1 more lines"


def test_a_file_in_utf_16_is_named_as_such(callback: Path) -> None:
    findings = check_text(DOCUMENTED.decode().encode("utf-16"), callback, NO_QB_CONF)
    assert "UTF-16" in findings[0].message


@pytest.mark.parametrize(
    ("line", "column", "end"),
    [
        ("submitted.py = faild-job-self", 16, 21),
        ("\tsubmitted.py=faild-job-self # so", 15, 20),
        ('submitted.py = "done-job-self || faild-job-self"', 34, 39),
        ("\ufeffsubmitted.py = faild-job-self", 16, 21),
        ("prüfen.py = faild-job-self", 13, 18),
    ],
)
def test_a_column_is_counted_in_the_line_of_the_file(
    callback: Path, line: str, column: int, end: int
) -> None:
    findings = check_text(line.encode(), callback, NO_QB_CONF)
    finding = only([each for each in findings if each.code == "QCB211"])
    assert (finding.column, finding.end_column) == (column, end)
    assert finding.source[column - 1 : end - 1] == "faild"
    assert "failed" in finding.hint


def test_a_missing_script_is_an_error_with_the_nearest_name(callback: Path) -> None:
    (callback / "submitted.py").rename(callback / "submited.py")
    missing, unmapped = check_directory(callback, NO_QB_CONF)
    assert (missing.code, missing.line, missing.column) == ("QCB302", 10, 1)
    assert missing.hint == "did you mean submited.py?"
    assert (unmapped.code, unmapped.file) == ("QCB304", str(callback / "submited.py"))


def test_a_script_that_is_no_regular_file_is_an_error(callback: Path) -> None:
    (callback / "submitted.py").unlink()
    (callback / "submitted.py").mkdir()
    assert only(check_directory(callback, NO_QB_CONF)).code == "QCB303"


@pytest.mark.parametrize(
    ("written", "there", "told"),
    [
        (
            "a.py\u00a0",
            "a.py",
            "character 5 is U+00A0 (no-break space) here and missing",
        ),
        (
            "\u00e9.py",
            "e\u0301.py",
            "U+00E9 (latin small letter e with acute) here and",
        ),
        ("\u0430.py", "a.py", "U+0430 (cyrillic small letter a) here and U+0061"),
        ("a\u200b.py", "a.py", "U+200B (zero width space) here and U+002E"),
    ],
)
def test_a_name_that_only_looks_like_the_files_says_which_character_differs(
    tmp_path: Path, written: str, there: str, told: str
) -> None:
    (tmp_path / there).touch()
    (tmp_path / "callbacks.conf").write_text(f"{written} = done-job-self\n")

    found = {one.code: one for one in check_directory(tmp_path, NO_QB_CONF)}["QCB302"]

    assert told in found.message
    assert found.fix is not None
    assert found.fix.text == f"{there} = done-job-self"


def test_an_extension_with_an_unseen_character_says_so(tmp_path: Path) -> None:
    (tmp_path / "callbacks.conf").write_text("a.py\u00a0 = done-job-self\n")

    found = {one.code: one for one in check_directory(tmp_path, NO_QB_CONF)}["QCB301"]

    assert "character 5 is U+00A0 (no-break space)" in found.message


def test_jobinfo_in_the_external_form_is_found_in_the_script(tmp_path: Path) -> None:
    (tmp_path / "callbacks.conf").write_text("a.py = done-job-self\n")
    (tmp_path / "a.py").write_text(
        "# qb.jobinfo(id=1)\nqb.jobinfo('-id', 1)\nj = qb.jobinfo(\n  id=1)\njobinfo(a == 1)\n"
    )

    finding = only(check_directory(tmp_path, NO_QB_CONF))

    assert (finding.code, finding.file) == ("QCB311", str(tmp_path / "a.py"))
    assert (finding.line, finding.column, finding.end_column) == (3, 8, 16)


def test_a_script_that_is_changed_is_looked_at_again(tmp_path: Path) -> None:
    (tmp_path / "callbacks.conf").write_text("a.py = done-job-self\n")
    (tmp_path / "a.py").write_text("qb.jobinfo(id=1)\n")
    assert len(check_directory(tmp_path, NO_QB_CONF)) == 1

    (tmp_path / "a.py").write_text("qb.jobinfo('-id', 1)\n")

    assert check_directory(tmp_path, NO_QB_CONF) == []


def test_a_sign_that_only_looks_like_an_equals_sign_is_named(tmp_path: Path) -> None:
    (tmp_path / "callbacks.conf").write_text("a.py \uff1d done-job-self\n")

    assert (
        "U+FF1D (fullwidth equals sign)"
        in only(check_directory(tmp_path, NO_QB_CONF)).message
    )


def test_a_disabled_language_quotes_the_line_to_write(
    callback: Path, tmp_path: Path
) -> None:
    conf = flags(tmp_path / "qb.conf", "qube,python,mail")
    finding = only(check_directory(callback, conf))
    assert (finding.code, finding.severity, finding.line) == ("QCB305", "warning", 9)
    line = 'supervisor_language_flags = "qube,perl,python,mail"'
    assert line in finding.message
    assert check_directory(callback, flags(tmp_path / "qb.conf", line[28:])) == []


def test_the_same_name_in_two_directories_says_which_is_which(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").touch()
        (tmp_path / name / "callbacks.conf").write_text("a.py = done-job-self")
    catalog = load([tmp_path / "one", tmp_path / "two"])
    first, second = check_catalog(catalog, NO_QB_CONF)
    assert first.message == f"a.py is mapped in {tmp_path / 'two'} too"
    assert first.hint == f"this one runs {tmp_path / 'one' / 'a.py'}; both run"
    assert (second.code, second.severity) == ("QCB114", "info")


def test_joining_a_file_named_twice_takes_the_options_of_the_second_along(
    callback: Path,
) -> None:
    data = b"a.pl = done-job-self # so\n# qubecb: nice=5\na.pl = failed-job-self\n"
    findings = check_text(data, callback, NO_QB_CONF)
    fix = only([each for each in findings if each.code == "QCB113"]).fix
    assert fix is not None
    assert (fix.line, fix.remove) == (1, (2, 3))
    assert fix.text == "a.pl = done-job-self || failed-job-self # so"


def test_what_is_odd_in_qb_conf_is_a_warning(callback: Path, tmp_path: Path) -> None:
    conf = flags(tmp_path / "qb.conf", "qube,python,perl,pyhton")
    finding = only(check_directory(callback, conf))
    assert (finding.code, finding.line) == ("QCB501", 1)


def test_findings_come_in_the_order_of_directories_and_lines(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "callbacks.conf").write_text("x\nb.sh = y-job-self\nz\n")
    catalog = load([tmp_path / "b", tmp_path / "a"])
    found = check_catalog(catalog, NO_QB_CONF)
    places = [(Path(each.file).parent.name, each.line, each.column) for each in found]
    assert places == sorted(
        places, key=lambda place: ("ba".index(place[0]), *place[1:])
    )
    assert len(found) >= 8


@given(data=FILES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_can_be_checked_and_its_findings_sent(
    callback: Path, data: bytes
) -> None:
    for finding in check_text(data, callback, NO_QB_CONF):
        json.dumps(finding.as_dict(), ensure_ascii=False).encode("utf-8")
        assert finding.line is None or 1 <= finding.line <= len(data) + 1


def many(count: int) -> bytes:
    """So many mappings of files that are missing."""
    lines = [
        f"cb{number}.py = failed-work-self-{number} || complete-job-label{number}\n"
        for number in range(count)
    ]
    return "".join(lines).encode()


def test_10_000_mappings_are_all_checked(callback: Path) -> None:
    findings = check_text(many(10_000), load_directory(callback), NO_QB_CONF)
    assert len([each for each in findings if each.code == "QCB302"]) == 10_000


def test_mappings_are_checked_in_time_linear_in_their_number(callback: Path) -> None:
    directory = load_directory(callback)

    def checked(times: int) -> Work:
        data = many(200 * times)
        return lambda: check_text(data, directory, NO_QB_CONF)

    assert grows_with_its_input(checked)


def test_a_mebibyte_of_broken_lines_is_cut_and_says_so(callback: Path) -> None:
    findings = check_text(b"x\n" * 500_000, callback, NO_QB_CONF)
    broken = [each for each in findings if each.code == "QCB111"]
    assert len(broken) == 10_001
    (last,) = [each for each in broken if each.line is None]
    assert last.message.startswith("there is more of this")


def size_of(findings: list[Finding]) -> int:
    """Bytes of all texts that findings hold, each text once."""
    texts = {
        id(text): len(text)
        for each in findings
        for text in (
            each.message,
            each.hint,
            each.source,
            each.fix.text if each.fix else "",
        )
    }
    return sum(texts.values())


@pytest.mark.parametrize(
    "config",
    [
        "# qubecb:" + " a" * 50_000 + "\na.py = done-job-self\n",
        "a.py = " + " || ".join(["fail-job-self"] * 500) + " #" + "c" * 500_000,
        "a.py = done-job-self #" + "c" * 500_000 + "\na.py = failed-job-self" * 1_000,
        "a.py = done-job-self || x-job-self\n" * 20_000,
    ],
    ids=["settings in a line", "notes on a line", "a file twice", "many lines"],
)
def test_findings_hold_a_line_once_however_much_is_wrong_with_it(
    callback: Path, config: str
) -> None:
    findings = check_text(config.encode(), callback, NO_QB_CONF)
    assert len(findings) > 500
    assert size_of(findings) < 20_000_000


def test_a_long_line_is_mended_by_hand(callback: Path) -> None:
    short = check_text(b"a.py = fail-job-self", callback, NO_QB_CONF)
    long = check_text(b"a.py = fail-job-self #" + b"c" * 2000, callback, NO_QB_CONF)
    assert any(each.fix for each in short)
    assert not any(each.fix for each in long)
