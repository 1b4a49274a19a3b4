"""Whoever names jobs writes mail to nobody else, and no header: through a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from qubecb.conffile.qb_mail import MailSettings
from qubecb.jobs import JobRecord
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.order import Order
from qubecb.runner.qcb.code_strings import run_code_strings
from qubecb.runner.qcb.mail import Mailer
from qubecb.runner.qcb.templates import VARIABLES
from tests.core.runner.children import order
from tests.core.runner.qcb.post_office import Letter, PostOffice, open_office

KINDS = ("job", "subjob", "work", "license")
HEADERS = [
    *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type"),
    *("Content-Transfer-Encoding", "MIME-Version"),
]
#: Each tries to end the header it lands in, and to write `Bcc` and another body.
HOSTILE = {
    "CRLF": "x\r\nBcc: evil@x.test\r\n\r\nbody",
    "LF": "x\nBcc: evil@x.test\n\nbody",
    "CR": "x\rBcc: evil@x.test\r\rbody",
    "folded": "x\r\n Bcc: evil@x.test",
    "NEL": "x\x85Bcc: evil@x.test",
    "separators": "x\u2028Bcc: evil@x.test\u2029\x0b\x0c\x1c\x1d\x1e",
    "encoded Q": "=?utf-8?q?x=0D=0ABcc:_evil=40x.test=0D=0A=0D=0Abody?=",
    "encoded B": "=?utf-8?b?eA0KQmNjOiBldmlsQHgudGVzdA==?=",
    "encoded, cut": "=?utf-8?q?=0A?= =?us-ascii?q?Bcc:=20evil=40x.test?= =?x?q?",
    "encoded address": "=?utf-8?q?x=0D=0ABcc=3A_evil=40x.test?=@b.test",
    "encoded name": "=?utf-8?q?x=0D=0ABcc=3A_evil=40x.test?=",
    "end of data": "x\r\n.\r\nMAIL FROM:<evil@x.test>\r\nRCPT TO:<evil@x.test>\r\n",
    "direction": "x\u202e\u2066 :ccB\ufeff\u200b",
    "long": "=?utf-8?q?" + "x " * 3000 + "\r\nBcc: evil@x.test",
}
#: Fields of a job that a template can show, and its owner, from whom the address is made.
FIELDS = ("name", "label", "user", "prototype", "status", "mailaddress", "kind")

anything = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


def mailer(office: PostOffice, templates: Path = Path("/nonexistent")) -> Mailer:
    conf = MailSettings(
        host="localhost",
        port=office.port,
        domain="studio.test",
        administrator="admin",
        job_template=templates / "job",
        subjob_template=templates / "subjob",
        work_template=templates / "work",
        license_template=templates / "license",
    )
    return Mailer(conf)


def printable(text: str) -> str:
    """As much of it as an event's `extra` may hold."""
    return "".join(one for one in text if one.isprintable())[:500]


def sent(sender: Mailer, office: PostOffice, asked: Order, kind: str) -> Letter:
    """The one mail that the server got."""
    office.letters.clear()
    sender.send(sender.compose(kind, asked, JobRecord.of(asked.job).info()))
    (letter,) = office.letters
    return letter


def is_harmless(letter: Letter, recipients: list[str]) -> bool:
    """Nobody else gets it, and it has our headers, each once, and one body."""
    assert letter.recipients == recipients
    assert sorted(letter.message.keys()) == sorted(HEADERS)
    assert not letter.message.is_multipart()
    assert not letter.message.defects
    assert letter.message["To"] == ", ".join(recipients)
    return str(letter.message["Subject"]).isprintable()


@anything
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_a_job_is_text_and_nothing_else(
    office: PostOffice, field: str, kind: str, text: str
) -> None:
    job: dict[str, Any] = {"mailaddress": "jo@studio.test", field: text}
    letter = sent(mailer(office), office, order(job=job), kind)
    assert is_harmless(letter, letter.recipients)
    assert "evil@x.test" not in letter.recipients


@anything
def test_an_items_name_is_text_and_nothing_else(office: PostOffice, text: str) -> None:
    name = printable(text)
    item = {"name": name, "status": text, "host": text, "resultpackage": {text: text}}
    asked = order("failed", "work", name, job={"agenda": [item]}, trigger=text)
    assert is_harmless(sent(mailer(office), office, asked, "work"), ["jo@studio.test"])


@anything
def test_every_variable_in_a_subject_and_a_body_is_text(
    office: PostOffice, text: str, tmp_path: Path
) -> None:
    names = " ".join(f"${name}" for name in sorted(VARIABLES))
    (tmp_path / "job").write_text(f"Subject: {names}\n\n{names}\n")
    fields = dict.fromkeys(("name", "label", "prototype", "kind", "account"), text)
    job = {**fields, "agenda": [{"name": printable(text), "status": text}]}
    asked = order("failed", "work", printable(text), job=job, trigger=text)
    letter = sent(mailer(office, tmp_path), office, asked, "job")
    assert is_harmless(letter, ["jo@studio.test"])


@anything
@pytest.mark.parametrize("code", ["mail-status", "mail-report-status"])
def test_the_code_strings_of_a_callback_send_nothing_else_either(
    office: PostOffice, code: str, text: str
) -> None:
    office.letters.clear()
    job = {"name": text, "label": text, "agenda": [{"name": printable(text)}]}
    asked = order("failed", "work", printable(text), job=job, trigger=text)
    farm = MemoryFarm(JobRecord.of(asked.job).info())
    run_code_strings(code, asked, farm, mailer(office))
    (letter,) = office.letters
    who = "jo" if code == "mail-status" else "admin"
    assert is_harmless(letter, [f"{who}@studio.test"])


@given(
    text=st.text(
        st.sampled_from("\r\n\t :=?<>,;\"'@.\\qQbB_0AaD-")
        | st.characters(codec="utf-8", exclude_characters="\0")
    )
)
@trying(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_at_all_makes_a_header(office: PostOffice, text: str) -> None:
    asked = order(job={"name": text, "label": text})
    assert is_harmless(sent(mailer(office), office, asked, "job"), ["jo@studio.test"])
