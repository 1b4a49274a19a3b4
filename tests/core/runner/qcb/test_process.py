"""Code strings run in a process of their own, which is told how mail is sent."""

from __future__ import annotations

import os
from pathlib import Path

from qubecb.conffile.qb_mail import MailSettings
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.outcome import RunState
from tests.core.runner.qcb.post_office import open_office
from tests.core.runner.rig import PATIENT, Running, event, succeeded

ABOUT = event(type="job", extra=None, job={"id": 5042, "user": "jo"})


def test_the_site_s_template_is_found_whatever_bytes_its_name_has(
    tmp_path: Path,
) -> None:
    template = tmp_path / os.fsdecode(b"j\xf6b.mail")
    template.write_text("Subject: ours\n\nhello\n")
    with open_office() as office:
        mail = MailSettings(
            host="127.0.0.1",
            port=office.port,
            domain="x.example",
            job_template=template,
        )
        running = Running(tmp_path, mail=mail)
        try:
            running.write("mail-status\n", "mail.qcb")
            farm = MemoryFarm(ABOUT.job.as_dict())
            run_id = running.start("mail.qcb", PATIENT, about=ABOUT, farm=farm)
            outcome = running.wait(run_id)
        finally:
            running.close()
    assert succeeded(outcome), outcome.reason
    assert [letter.message["Subject"] for letter in office.letters] == ["ours"]


def test_a_site_whose_flags_do_not_hold_mail_is_told_so(forked: Running) -> None:
    forked.write("mail-status\n", "mail.qcb")
    outcome = forked.wait(forked.start("mail.qcb", PATIENT, about=ABOUT))
    assert outcome.state is RunState.FAILED
    assert outcome.reason == (
        "mail.qcb:1: mail-status: mail is not sent:"
        " supervisor_language_flags in qb.conf does not include mail"
    )
