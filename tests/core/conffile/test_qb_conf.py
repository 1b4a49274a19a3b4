"""Qube's own configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.conffile.qb_conf import QubConf, find_path, load
from qubecb.conffile.qb_flags import FLAGS, read_flags
from qubecb.conffile.qb_lines import QbConfProblem


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    return tmp_path / "qb.conf"


def loaded(path: Path, text: str) -> QubConf:
    path.write_text(text)
    return load(path)


def test_with_no_file_every_language_is_enabled() -> None:
    conf = load(None)
    assert all(conf.enabled(each) for each in ("python", "perl", "qube", "mail"))
    assert (conf.found, conf.callback_directories) == (False, ())


def test_with_a_file_qubes_defaults_hold(conf: Path) -> None:
    found = loaded(conf, "#supervisor_language_flags = python\n\n  # so\n")
    assert found.language_flags == {
        *("qube", "post", "mail", "dependency", "auto_wrangling")
    }
    assert found.callback_directories == (Path("/usr/local/pfx/qube/callback"),)
    assert (found.logpath, found.problems) == (Path("/var/spool/qube"), ())


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("perl,python", {"perl", "python"}),
        ('"perl,python"', {"perl", "python"}),
        ('"perl","python"', {"perl", "python"}),
        ("6", {"perl", "python"}),
        ("127", set(FLAGS)),
        ("0x7F", set(FLAGS)),
        ("0X6", {"perl", "python"}),
        ("0x01, python", {"qube", "python"}),
        ("Python , QUBE", {"python", "qube"}),
        ("1,perl", {"qube", "perl"}),
        ("", set()),
    ],
)
def test_flags_are_names_or_a_sum(text: str, flags: set[str]) -> None:
    found, faults = read_flags(text)
    assert (set(found), faults) == (flags, [])


@pytest.mark.parametrize(("text", "fault"), [("pyhton", "'pyhton'"), ("129", "129")])
def test_an_unknown_flag_is_reported(text: str, fault: str) -> None:
    _, (message,) = read_flags(f"qube,{text}")
    assert fault in message


def test_the_line_to_enable_a_language_keeps_the_others(conf: Path) -> None:
    line = loaded(conf, "supervisor_language_flags = 17").flag_line_to_enable("python")
    assert line == 'supervisor_language_flags = "qube,python,mail"'
    assert loaded(conf, line).language_flags == {"qube", "python", "mail"}


@pytest.mark.parametrize(
    "text",
    [
        "supervisor_language_flags = 0x7Q",
        "supervisor_language_flags = 0x1FF",
        "supervisor_language_flags = 255",
        "supervisor_language_flags = qube,pyhton",
        "supervisor_language_flags = qube + mail",
        "supervisor_language_flags qube,mail",
    ],
)
def test_no_line_is_proposed_over_flags_that_were_not_understood(
    conf: Path, text: str
) -> None:
    found = loaded(conf, text)
    assert found.flag_line_to_enable("python") is None
    assert "python" in found.how_to_enable("python")
    assert "=" not in found.how_to_enable("python")
    assert len(found.problems) == 1


def test_no_line_is_proposed_over_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert load(tmp_path).flag_line_to_enable("python") is None


def test_flags_that_are_quoted_one_by_one_are_all_read(conf: Path) -> None:
    found = loaded(conf, 'supervisor_language_flags = "perl", "python" # both\n')
    assert found.language_flags == {"perl", "python"}


def test_a_directory_whose_path_cannot_be_kept_is_left_out_and_told(
    conf: Path,
) -> None:
    long = b"/l" * 501
    conf.write_bytes(
        b"a = 1\nsupervisor_universal_callback_path = /a,/b\xff," + long + b",/c\n"
    )
    found = load(conf)
    assert found.callback_directories == (Path("/a"), Path("/c"))
    assert [
        (problem.line, problem.message.split(":")[0]) for problem in found.problems
    ] == [
        (2, "callback directory 2 is left out"),
        (2, "callback directory 3 is left out"),
    ]


def test_qbdir_is_expanded_in_a_list_of_directories(conf: Path) -> None:
    found = loaded(
        conf,
        "qb_directory = /opt/qube\n"
        "supervisor_universal_callback_path = $QBDIR/callback, ${QBDIR}/b,/mnt/c # so\n",
    )
    assert found.callback_directories == (
        Path("/opt/qube/callback"),
        Path("/opt/qube/b"),
        Path("/mnt/c"),
    )


@pytest.mark.parametrize(
    ("kind", "port", "expected"),
    [("DEFAULT", 0, 25), ("SSL", 0, 465), ("tls", 0, 587), ("TLS", 2525, 2525)],
)
def test_the_mail_port_follows_the_connection(
    conf: Path, kind: str, port: int, expected: int
) -> None:
    found = loaded(conf, f"mail_connection_type = {kind}\nmail_port = {port}")
    assert found.mail.port == expected


def test_mail_settings_are_read(conf: Path) -> None:
    found = loaded(
        conf,
        "mail_host = smtp\nmail_user = q\nmail_from = qube@x\nmail_domain = x.com\n"
        "mail_administrator = root\nmail_work_status_format = $QBDIR/w.mail\n",
    ).mail
    assert (found.host, found.user, found.from_) == ("smtp", "q", "qube@x")
    assert (found.domain, found.administrator) == ("x.com", "root")
    assert found.work_template == Path("/usr/local/pfx/qube/w.mail")
    assert found.job_template == Path("/usr/local/pfx/qube/etc/job.mail")


def test_passwords_are_in_no_repr_value_or_message(conf: Path) -> None:
    found = loaded(conf, "mail_password = hunter2\nmail_password hunter2\n")
    assert found.mail.password == "hunter2"  # noqa: S105 (the test's own)
    assert "hunter2" not in repr(found)
    assert "hunter2" not in str(dict(found.values))


def test_a_value_in_quotes_may_hold_a_hash(conf: Path) -> None:
    assert loaded(conf, "mail_user = 'a #1' # so").mail.user == "a #1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = b\nodd", QbConfProblem(2, "this is not `key = value`")),
        ("[section]", QbConfProblem(1, "this is not `key = value`")),
        ("= b", QbConfProblem(1, "this is not `key = value`")),
        ("a = b\na = c", QbConfProblem(2, "a is given twice; this line counts")),
        ("mail_port = x", QbConfProblem(1, "mail_port must be a number up to 65535")),
        (
            "\nmail_connection_type = x",
            QbConfProblem(2, "mail_connection_type must be DEFAULT, SSL or TLS"),
        ),
    ],
)
def test_odd_lines_are_reported(conf: Path, text: str, problem: QbConfProblem) -> None:
    assert loaded(conf, text).problems == (problem,)


def test_a_file_that_was_named_and_is_missing_is_reported(conf: Path) -> None:
    found = load(conf)
    assert not found.found
    assert found.enabled("python")
    assert [each.message for each in found.problems] == [f"{conf} does not exist"]


def test_a_file_that_cannot_be_read_leaves_the_defaults(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found.found
    assert not found.enabled("python")
    assert len(found.problems) == 1


@given(st.binary(max_size=300))
def test_any_bytes_are_read(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-qb.conf"
    path.write_bytes(data)
    assert load(path).found


def test_the_environment_names_the_file() -> None:
    assert find_path({"QUBECB_QB_CONF": "/x/qb.conf"}) == Path("/x/qb.conf")
