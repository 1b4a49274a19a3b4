"""Mail through a real server on loopback."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qubecb.conffile.qb_mail import MailSettings
from qubecb.errors import MailError
from qubecb.jobs import JobRecord
from qubecb.runner.order import Order
from qubecb.runner.qcb.mail import Mail, Mailer
from qubecb.runner.qcb.templates import BUILT_IN, VARIABLES, expand, values
from tests.core.runner.children import order
from tests.core.runner.qcb.post_office import (
    PostOffice,
    check_password,
    make_certificate,
    open_office,
    silent_server,
)

#: EVENT is ours, the others are Qube's.
DOCUMENTED = """
EVENT HOST JOB_ACCOUNT JOB_CLUSTER JOB_CPUS JOB_DATA JOB_DOMAIN JOB_FLAGS JOB_GLOBALORDER JOB_GROUPS
JOB_HOSTORDER JOB_HOSTS JOB_ID JOB_KIND JOB_LABEL JOB_LOCALORDER JOB_NAME JOB_OMITGROUPS
JOB_OMITHOSTS JOB_PACKAGE JOB_PGRP JOB_PID JOB_PRIORITY JOB_PROTOTYPE JOB_REQUIREMENTS
JOB_RESTRICTIONS JOB_STATUS JOB_TIMECOMPLETE JOB_TIMEELAPSED JOB_TIMEOUT JOB_TIMESTART
JOB_TIMESUBMIT JOB_TYPE JOB_USER TRIGGERS USER WORK_NAME WORK_HOST WORK_STATUS WORK_PID
WORK_SUBID WORK_ADDRESS WORK_RESULTPACKAGE SUBJOB_ID SUBJOB_STATUS SUBJOB_PID SUBJOB_ADDRESS
"""


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


def settings(port: int = 25, **changes: Any) -> MailSettings:
    nowhere = Path("/nonexistent")
    templates = {
        f"{kind}_template": nowhere for kind in ("job", "subjob", "work", "license")
    }
    given = {"host": "localhost", "port": port, "domain": "studio.test", **templates}
    return MailSettings(**{**given, **changes})


def info(asked: Order) -> dict[str, Any]:
    return JobRecord.of(asked.job).info()


def compose(asked: Order, kind: str = "job", **changes: Any) -> Mail:
    return Mailer(settings(**changes)).compose(kind, asked, info(asked))


def login(password: str) -> dict[str, str]:
    return {"user": "farm", "password": password}


MAIL = Mail(("jo@studio.test",), "a subject", "a body\n")


def test_a_mail_arrives_whole(office: PostOffice) -> None:
    asked = order("failed", "job", None, job={"status": "failed", "name": "Übung 東"})
    mailer = Mailer(settings(office.port))
    mailer.send(mailer.compose("job", asked, info(asked)))
    (letter,) = office.letters
    assert letter.recipients == ["jo@studio.test"]
    assert letter.message["Subject"] == "Qube: job 1234 failed: Übung 東"
    assert letter.message["From"] == "qube@studio.test"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert "Event:      failed-job" in letter.body


def test_every_documented_variable_is_expanded() -> None:
    assert frozenset(DOCUMENTED.split()) == VARIABLES
    texts = values(order(), info(order()))
    assert frozenset(texts) == VARIABLES


@pytest.mark.parametrize(
    ("kind", "variable"), [("work", "$WORK_NAME"), ("subjob", "$SUBJOB_ID")]
)
def test_an_item_that_the_event_does_not_name_is_unknown(
    kind: str, variable: str
) -> None:
    asked = order("failed", kind, None)
    assert expand(variable, values(asked, info(asked))) == "unknown"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$JOB_ID", "1234"),
        ("${JOB_ID}0", "12340"),
        ("$JOB_IDX $NONSENSE ${JOB} $5 $ ${", "$JOB_IDX $NONSENSE ${JOB} $5 $ ${"),
        ("$WORK_NAME on $WORK_HOST", "7 on r12"),
        ("$HOST", "r12"),
        ("$WORK_RESULTPACKAGE", "outputPaths=/a.exr code=0"),
        ("[$SUBJOB_ID]", "[]"),
        ("$JOB_TIMEELAPSED", "1:01:01"),
        ("$JOB_TIMECOMPLETE $JOB_TIMESUBMIT", None),
        ("$EVENT $USER $JOB_TYPE", "failed-work-7 jo maya"),
        ("$TRIGGERS", "failed-work-self-* || killed-job-self"),
        ("$JOB_GLOBALORDER|$JOB_DATA", "0|"),
    ],
)
def test_variables_are_expanded(template: str, text: str | None) -> None:
    item = {
        "name": "7",
        "host": "r12",
        "resultpackage": {"outputPaths": "/a.exr", "code": 0},
    }
    asked = order(
        trigger="failed-work-self-* || killed-job-self",
        job={
            "agenda": [item],
            "prototype": "maya",
            "timestart": 1_000_000_000,
            "timecomplete": 1_000_003_661,
        },
    )
    given = expand(template, values(asked, info(asked)))
    if text is None:
        assert given.startswith("2001-09-09 ")
        assert given.endswith(" not yet")
    else:
        assert given == text


def test_a_value_that_looks_like_a_variable_is_not_expanded_again() -> None:
    asked = order(job={"name": "$USER", "agenda": []})
    assert expand("$JOB_NAME", values(asked, info(asked))) == "$USER"


def test_each_kind_has_a_built_in_template() -> None:
    assert sorted(BUILT_IN) == ["job", "license", "subjob", "work"]
    subjects = [compose(order(), kind).subject for kind in sorted(BUILT_IN)]
    assert subjects[-1] == "Qube: job 1234, item 7 blocked: shot_010"
    assert "$" not in "".join(subjects)


def test_an_item_that_the_farm_does_not_know_has_its_name() -> None:
    asked = order("failed", "work", "99")
    assert "1234:99" in compose(asked, "work").body


def test_a_template_that_cannot_be_read_is_told_beside_the_built_in_one(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "job.mail"
    folder.mkdir()
    mail = compose(order(), job_template=folder, work_template=folder)
    assert "cannot be read" in mail.remark
    assert mail.body == compose(order()).body
    assert compose(order()).remark == ""


def test_a_template_file_is_used_and_may_bring_a_subject(tmp_path: Path) -> None:
    file = tmp_path / "job.mail"
    file.write_bytes(
        b"Subject: ${JOB_NAME} is $JOB_STATUS\r\n\r\nhello $JOB_USER\xff\r\n"
    )
    mail = compose(order(), job_template=file)
    assert mail.subject == "shot_010 is blocked"
    assert mail.body == "hello jo\ufffd\n"
    file.write_text("only a body for $JOB_ID")
    mail = compose(order(), job_template=file)
    assert mail.subject.startswith("Qube: job 1234")
    assert mail.body == "only a body for 1234"


@pytest.mark.parametrize(
    ("job", "recipients"),
    [
        ({"mailaddress": "td@vfx.test"}, ["td@vfx.test"]),
        ({"mailaddress": "td"}, ["td@studio.test"]),
        ({"mailaddress": "td@vfx.test, bo"}, ["td@vfx.test", "bo@studio.test"]),
        ({"mailaddress": "T. D. <td@vfx.test>"}, ["td@vfx.test"]),
        ({}, ["jo@studio.test"]),
        ({"mailaddress": "a@b\r\nBcc: evil@x.test"}, ["jo@studio.test"]),
        ({"mailaddress": "a@b\nevil@x.test"}, ["jo@studio.test"]),
        ({"mailaddress": 5}, ["jo@studio.test"]),
        ({"mailaddress": "x" * 100_000}, ["jo@studio.test"]),
    ],
)
def test_mail_goes_to_the_mailaddress_or_the_owner(
    job: dict[str, Any], recipients: list[str]
) -> None:
    assert list(compose(order(job=job)).recipients) == recipients


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ({"user": "Jo Smith"}, "user: 'Jo Smith' cannot be a mail address"),
        ({"user": "jo, bo"}, "user: 'jo, bo' cannot be a mail address"),
        ({"user": "Jo <evil@x.test>"}, "user: 'Jo <evil@x.test>' cannot be"),
        ({"user": "STUDIO\\jo"}, "user: 'STUDIO"),
        ({"user": ""}, "user: it is empty"),
        (
            {"user": "Jo Smith", "mailaddress": "also bad"},
            "mailaddress: 'also bad' can",
        ),
    ],
)
def test_a_name_that_cannot_be_an_address_is_told(
    job: dict[str, Any], told: str
) -> None:
    with pytest.raises(MailError) as caught:
        compose(order(job=job))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("given", "recipients", "faults"),
    [
        ("nobody at all", ["jo@studio.test"], 1),
        ("a@b\nevil@x.test", ["jo@studio.test"], 1),
        ("td@vfx.test, Jo Smith", ["td@vfx.test"], 1),
        ('"Smith, Jo" <js@vfx.test>; bo', ["js@vfx.test", "bo@studio.test"], 0),
        ("x" * 100_000, ["jo@studio.test"], 1),
        ("td@vfx.test", ["td@vfx.test"], 0),
        ("", ["jo@studio.test"], 0),
    ],
)
def test_an_unusable_mailaddress_is_told_though_the_mail_is_sent(
    given: str, recipients: list[str], faults: int
) -> None:
    mail = compose(order(job={"mailaddress": given}))
    assert (list(mail.recipients), len(mail.faults)) == (recipients, faults)


def test_no_recipient_is_a_sentence() -> None:
    with pytest.raises(MailError, match="no usable mailaddress"):
        compose(order(), domain="")
    with pytest.raises(MailError, match="no mail_administrator"):
        Mailer(settings()).compose("license", order(), info(order()), office=True)


def test_hostile_names_make_no_header(office: PostOffice) -> None:
    name = "x\r\nBcc: evil@x.test\n\nbody\x1b[2J\u2028" + "y" * 5000
    asked = order(job={"name": name, "user": "jo"})
    mailer = Mailer(settings(office.port))
    mailer.send(mailer.compose("job", asked, info(asked)))
    (letter,) = office.letters
    assert letter.recipients == ["jo@studio.test"]
    assert letter.message["Bcc"] is None
    assert len(letter.message["Subject"]) == 200
    assert letter.message["Subject"].isprintable()


def test_a_password_is_given_and_never_told() -> None:
    options = {"authenticator": check_password, "auth_require_tls": False}
    with open_office(**options) as office:
        right = settings(office.port, **login("secret"))
        Mailer(right).send(MAIL)
        assert len(office.letters) == 1
        wrong = settings(office.port, **login("hunter2"))
        with pytest.raises(MailError, match="refused the user farm") as caught:
            Mailer(wrong).send(MAIL)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("connection", ["SSL", "TLS"])
def test_an_encrypted_connection_checks_the_certificate(
    connection: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = make_certificate(tmp_path)
    options: dict[str, Any] = (
        {"ssl_context": context}
        if connection == "SSL"
        else {"tls_context": context, "require_starttls": True}
    )
    with open_office(**options) as office:
        mailer = Mailer(settings(office.port, connection=connection))
        with pytest.raises(MailError, match="is not trusted"):
            mailer.send(MAIL)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert ssl.get_default_verify_paths().cafile is not None
        mailer.send(MAIL)
        assert len(office.letters) == 1


def test_a_refused_recipient_is_told(office: PostOffice) -> None:
    with pytest.raises(MailError, match=r"refused bo@refused\.test"):
        Mailer(settings(office.port)).send(Mail(("bo@refused.test",), "s", "b"))
    both = Mail(("jo@studio.test", "bo@refused.test"), "s", "b")
    with pytest.raises(MailError, match=r"refused bo@refused\.test"):
        Mailer(settings(office.port)).send(both)
    assert [letter.recipients for letter in office.letters] == [["jo@studio.test"]]


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(MailError, match=f"localhost:{port} refused the connection"):
            Mailer(settings(port, host="localhost")).send(MAIL)
    with pytest.raises(MailError, match="names no mail_host"):
        Mailer(settings(host="")).send(MAIL)


def test_a_silent_server_ends_in_a_timeout() -> None:
    with (
        silent_server() as port,
        pytest.raises(MailError, match=r"did not answer within 0\.2 s"),
    ):
        Mailer(settings(port, host="127.0.0.1"), timeout=0.2).send(MAIL)


def test_a_server_that_drips_is_hung_up_on() -> None:
    with silent_server(b"2") as port, pytest.raises(MailError, match="the mail server"):
        Mailer(settings(port, host="127.0.0.1"), timeout=60, whole=0.3).send(MAIL)


def test_mail_that_the_flags_switch_off_is_refused() -> None:
    with pytest.raises(MailError, match="supervisor_language_flags"):
        Mailer(settings(), enabled=False).compose("job", order(), info(order()))


def test_a_mail_about_a_job_of_megabytes_can_be_borne(tmp_path: Path) -> None:
    template = tmp_path / "job.mail"
    template.write_text("Subject: $JOB_NAME\n\n" + "$JOB_NAME $JOB_PACKAGE\n" * 2_000)
    job = {"id": 1234, "name": "n" * 5_000_000, "package": {"a": ["x" * 5_000_000]}}
    mailer = Mailer(settings(job_template=template))
    mail = mailer.compose("job", order(), {**job, "user": "jo"})
    assert len(mail.subject) == 200
    assert len(mail.body) == 1024 * 1024
