"""The Qube language: every code string, run on a farm in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qubecb.conffile.qb_mail import MailSettings
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.order import Order
from qubecb.runner.outcome import Action
from qubecb.runner.qcb.code_strings import (
    CODE_STRINGS,
    CodeResult,
    parse_code,
    run_code_strings,
)
from qubecb.runner.qcb.mail import Mailer
from tests.core.runner.children import farm, order
from tests.core.runner.qcb.post_office import PostOffice, open_office

DOCUMENTED = """
unblock-self block-self fail-self kill-self migrate-self preempt-self interrupt-self
suspend-self resume-self
block-work-self kill-work-self unblock-work-self retry-work-self requeue-work-self
complete-work-self fail-work-self
unblock-subjob-self-single unblock-subjob-self block-subjob-self fail-subjob-self
kill-subjob-self migrate-subjob-self preempt-subjob-self interrupt-subjob-self
suspend-subjob-self resume-subjob-self mail-subjob-status
mail-status mail-license-status mail-report-status
"""
NO_MAIL = Mailer(MailSettings())

#: code string, status of job and its parts before, what the action is and affects.
JOB_ROWS = [
    ("unblock-self", "blocked", "unblock", "1234", "1234.0 1234.1"),
    ("block-self", "running", "block", "1234", "1234.0 1234.1"),
    ("fail-self", "running", "fail", "1234", "1234.0 1234.1"),
    ("kill-self", "running", "kill", "1234", "1234.0 1234.1"),
    ("migrate-self", "running", "migrate", "1234", "1234.0 1234.1"),
    ("preempt-self", "running", "preempt", "1234", "1234.0 1234.1"),
    ("interrupt-self", "running", "interrupt", "1234", "1234.0 1234.1"),
    ("suspend-self", "running", "suspend", "1234", "1234.0 1234.1"),
    ("resume-self", "suspended", "resume", "1234", "1234.0 1234.1"),
]
WORK_ROWS = [
    ("block-work-self", "pending", "blockwork", "1234:7", "1234:7"),
    ("kill-work-self", "running", "killwork", "1234:7", "1234:7"),
    ("retry-work-self", "failed", "retrywork", "1234:7", "1234:7"),
    ("requeue-work-self", "failed", "requeuework", "1234:7", "1234:7"),
    ("complete-work-self", "running", "retirework", "1234:7", "1234:7"),
    ("fail-work-self", "running", "failwork", "1234:7", "1234:7"),
]
SUBJOB_ROWS = [
    (text.replace("-self", "-subjob-self"), before, verb, "1234.1", "1234.1")
    for text, before, verb, _, _ in JOB_ROWS
]
EVENTS = {"job": None, "work": "7", "subjob": "1"}


def farm_of(status: str, **changes: Any) -> MemoryFarm:
    job = {
        "id": 1234,
        "name": "shot_010",
        "user": "jo",
        "status": status,
        "agenda": [{"name": name, "status": status, "subid": 1} for name in "78"],
        "subjobs": [{"id": number, "status": status} for number in (0, 1)],
    }
    return MemoryFarm({**job, **changes})


def run(
    text: str, on: MemoryFarm, asked: Order, mailer: Mailer = NO_MAIL
) -> CodeResult:
    return run_code_strings(text, asked, on, mailer)


@pytest.mark.parametrize(
    ("text", "before", "verb", "target", "affected", "kind"),
    [(*row, "job") for row in JOB_ROWS]
    + [(*row, "work") for row in WORK_ROWS]
    + [(*row, "subjob") for row in SUBJOB_ROWS],
)
def test_each_code_string_does_its_verb(
    text: str, before: str, verb: str, target: str, affected: str, kind: str
) -> None:
    result = run(text, farm_of(before), order("dummy", kind, EVENTS[kind]))
    assert (result.ok, result.reason) == (True, "")
    assert result.actions == (Action(verb, (target,), tuple(affected.split())),)
    assert result.output == f"{text}: {affected}\n"


def test_the_language_is_the_documented_one_and_every_string_has_a_row() -> None:
    assert sorted(CODE_STRINGS) == sorted(DOCUMENTED.split())
    rows = {row[0] for row in (*JOB_ROWS, *WORK_ROWS, *SUBJOB_ROWS)}
    rest = {text for text in CODE_STRINGS if not text.startswith("mail-")} - rows
    assert rest == {"unblock-work-self", "unblock-subjob-self-single"}


def test_unblocking_an_item_unblocks_a_blocked_job_too() -> None:
    kept = farm_of("blocked")
    result = run("unblock-work-self", kept, order())
    assert result.output == (
        "unblock-work-self: 1234:7\nunblock-work-self: 1234.0 1234.1\n"
    )
    record = kept.records[1234]
    assert record.job.status == "pending"
    assert [item.status for item in record.items] == ["pending", "blocked"]


def test_unblocking_an_item_leaves_a_running_job_alone() -> None:
    kept = farm_of("running", agenda=[{"name": "7", "status": "blocked"}])
    result = run("unblock-work-self", kept, order())
    assert [action.verb for action in result.actions] == ["unblockwork"]


def test_another_jobs_item_means_this_jobs_item_of_that_name() -> None:
    event = order("complete", "work", "7", job={"id": 99}).event
    own = order(job={"id": 1234})
    asked = Order("r", own.directory, "x.qcb", event, own.job)
    result = run("unblock-work-self", farm_of("blocked"), asked)
    assert result.actions[0].applied == ("1234:7",)


@pytest.mark.parametrize(
    ("kind", "extra", "targets"),
    [
        ("subjob", "0", ("1234.0",)),
        ("work", "7", ("1234.1",)),
        ("job", None, ("1234.0", "1234.1")),
    ],
)
def test_instances_are_those_that_the_event_is_about(
    kind: str, extra: str | None, targets: tuple[str, ...]
) -> None:
    result = run("kill-subjob-self", farm_of("running"), order("dummy", kind, extra))
    assert [action.targets for action in result.actions] == [targets]


def test_single_unblocks_one_instance_or_none() -> None:
    text = "unblock-subjob-self-single"
    kept = farm_of("blocked")
    assert run(text, kept, order("done", "subjob", "1")).actions[0].applied == (
        "1234.1",
    )
    result = run(text, farm_of("blocked"), order("done", "job", None))
    assert (
        result.reason == f"x.py:1: {text}: the event done-job is not about one instance"
    )
    assert result.actions == ()


def test_what_is_in_no_state_for_it_is_no_failure() -> None:
    result = run("unblock-self", farm_of("running"), order())
    assert result.ok
    assert result.output == "unblock-self: nothing was in a state that allows it\n"


def test_an_item_string_needs_an_event_about_an_item() -> None:
    result = run("kill-work-self", farm_of("running"), order("failed", "job", None))
    assert result.reason.endswith("the event failed-job is not about an agenda item")


@pytest.mark.parametrize("text", [row[0] for row in WORK_ROWS])
def test_an_item_string_needs_to_know_the_item(text: str) -> None:
    result = run(text, farm_of("running"), order("failed", "work", None))
    assert result.reason.endswith(
        "the event failed-work does not say which agenda item it is about"
    )
    assert result.actions == ()


@pytest.mark.parametrize(
    ("kind", "part"), [("subjob", "instance"), ("work", "agenda item")]
)
@pytest.mark.parametrize("text", [row[0] for row in SUBJOB_ROWS])
def test_an_instance_string_needs_to_know_the_instance(
    text: str, kind: str, part: str
) -> None:
    result = run(text, farm_of("running"), order("failed", kind, None))
    assert result.reason.endswith(f"does not say which {part} it is about")
    assert result.actions == ()


def test_lines_run_in_order_and_the_first_failure_ends_the_run() -> None:
    text = "# begin\r\n\r\n  block-self  # hold it\nkill-work-self\nunblock-self\n"
    kept = farm_of("running")
    result = run(text, kept, order("failed", "job", None))
    assert not result.ok
    assert result.reason.startswith("x.py:4: kill-work-self: ")
    assert result.output == "block-self: 1234.0 1234.1\n"
    assert kept.records[1234].job.status == "blocked"


def test_nothing_runs_when_a_line_is_no_code_string() -> None:
    kept = farm_of("running")
    result = run("kill-self\nmail-statsu\n", kept, order())
    assert result.reason == (
        "x.py:2: 'mail-statsu' is not a code string; did you mean mail-status?"
    )
    assert kept.records[1234].job.status == "running"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "\ufeff# with a BOM"])
def test_an_empty_file_does_nothing(text: str) -> None:
    assert run(text, farm(), order()) == CodeResult(True, "")


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    lines, problems = parse_code(text)
    numbers = [line.number for line in lines] + [one.number for one in problems]
    assert len(set(numbers)) == len(numbers)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_office() as opened:
        yield opened


def mailer(office: PostOffice, administrator: str = "admin") -> Mailer:
    settings = MailSettings(
        host="localhost",
        port=office.port,
        domain="studio.test",
        administrator=administrator,
    )
    return Mailer(settings)


@pytest.mark.parametrize(
    ("text", "kind", "recipient", "subject"),
    [
        ("mail-status", "job", "jo", "Qube: job 1234 running: shot_010"),
        ("mail-status", "work", "jo", "Qube: job 1234, item 7 running: shot_010"),
        ("mail-status", "subjob", "jo", "Qube: job 1234, instance 1 running: shot_010"),
        (
            "mail-subjob-status",
            "subjob",
            "jo",
            "Qube: job 1234, instance 1 running: shot_010",
        ),
        (
            "mail-license-status",
            "job",
            "admin",
            "Qube: licenses, after job 1234: shot_010",
        ),
        ("mail-report-status", "job", "admin", "Qube: job 1234 running: shot_010"),
    ],
)
def test_each_mail_string_sends_its_mail(
    office: PostOffice, text: str, kind: str, recipient: str, subject: str
) -> None:
    asked = order("dummy", kind, EVENTS[kind])
    result = run(text, farm_of("running"), asked, mailer(office))
    assert (result.reason, result.ok) == ("", True)
    (letter,) = office.letters
    assert letter.recipients == [f"{recipient}@studio.test"]
    assert letter.message["Subject"] == subject
    assert result.output == f"{text}: sent to {recipient}@studio.test: {subject}\n"
    to = (f"{recipient}@studio.test",)
    assert result.actions == (Action(text, to, to),)


def test_a_simulation_writes_the_mail_and_sends_none(office: PostOffice) -> None:
    asked = order("failed", "job", None, simulate=True, test=True)
    result = run("mail-status", farm_of("running"), asked, mailer(office))
    assert result.output.startswith("mail-status: would have been sent to jo@")
    assert result.actions == (Action("mail-status", ("jo@studio.test",), ()),)
    assert office.letters == []


def test_a_mail_that_cannot_be_sent_is_the_runs_reason() -> None:
    result = run("mail-status", farm_of("running"), order())
    assert result.reason.startswith("x.py:1: mail-status: job 1234 has no usable")


def test_a_job_that_is_gone_is_mailed_as_the_event_told(office: PostOffice) -> None:
    asked = order("removed", "job", None)
    assert run("mail-status", MemoryFarm(), asked, mailer(office)).ok
    assert office.letters[0].message["Subject"].startswith("Qube: job 1234 blocked")
