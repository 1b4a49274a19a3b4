"""Events as large as acceptance takes them, and requests that cannot be sent or read."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from qubecb.conffile.qb_mail import MailSettings
from qubecb.errors import FarmError
from qubecb.events import Event
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.hosting.host import RUN, Host, Keeper
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.outcome import RunState
from tests.core.runner.qcb.post_office import open_office
from tests.core.runner.rig import (
    PATIENT,
    OneJobFarm,
    Running,
    environment,
    event,
    succeeded,
    text,
    wait_until,
)

PYTHON = "print(len(qb.event()['job']['note']), qb.jobinfo('-id', 5042)[0]['name'])"
PERL = 'print length(qb::event()->{job}{note}), "\\n";'
SIZES = (50_000, 66_000, 150_000, 1_000_000)


def large(size: int, **job: Any) -> Event:
    """An event with that much in one field of its job."""
    named = {"id": 5042, "name": "shot", "user": "jo", "status": "complete"}
    return event(
        name="done", type="job", extra=None, job={**named, "note": "x" * size, **job}
    )


def farm(about: Event) -> MemoryFarm:
    return MemoryFarm(about.job.as_dict())


@pytest.mark.parametrize("size", [*SIZES, 10 * 1024 * 1024])
def test_a_python_callback_is_told_of_it(both: Running, size: int) -> None:
    both.write(PYTHON)
    about = large(size)
    outcome = both.wait(both.start(about=about, limits=PATIENT, farm=farm(about)))
    assert text(outcome) == f"{size} shot\n", outcome.reason


@pytest.mark.parametrize("size", SIZES)
def test_a_perl_callback_is_told_of_it(forked: Running, size: int) -> None:
    forked.write(PERL, "script.pl")
    about = large(size)
    run_id = forked.start("script.pl", PATIENT, about=about, farm=farm(about))
    assert text(forked.wait(run_id)) == f"{size}\n"


@pytest.mark.parametrize("size", [*SIZES, 10 * 1024 * 1024])
def test_a_mail_about_it_is_sent(tmp_path: Path, size: int) -> None:
    with open_office() as office:
        settings = MailSettings(host="127.0.0.1", port=office.port, domain="x.example")
        running = Running(tmp_path, mail=settings)
        try:
            running.write("mail-status\n", "mail.qcb")
            about = large(size, mailaddress="jo@x.example")
            run_id = running.start("mail.qcb", PATIENT, about=about, farm=farm(about))
            outcome = running.wait(run_id)
        finally:
            running.close()
    assert succeeded(outcome), outcome.reason
    assert [action.verb for action in outcome.actions] == ["mail-status"]
    assert len(office.letters) == 1


class ManyInstances(OneJobFarm):
    """A farm whose one job has as many instances as fill more than a MiB."""

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        if verb == "kill":
            raise FarmError("no: " + "x" * 2_000_000)
        return [f"5042.{number}" for number in range(120_000)]


def test_code_strings_may_change_more_than_can_be_said_in_one_message(
    forked: Running,
) -> None:
    forked.write("unblock-self\nunblock-self\n", "unblock.qcb")
    outcome = forked.wait(forked.start("unblock.qcb", PATIENT, farm=ManyInstances()))
    assert (outcome.state, outcome.reason) == (RunState.SUCCEEDED, "")
    assert [action.verb for action in outcome.actions] == ["unblock", "unblock"]
    assert outcome.output.total > 1024 * 1024


def test_a_refusal_of_any_length_is_a_reason(forked: Running) -> None:
    forked.write("kill-self\n", "kill.qcb")
    outcome = forked.wait(forked.start("kill.qcb", PATIENT, farm=ManyInstances()))
    assert (outcome.state, outcome.exit) == (RunState.FAILED, 1)
    assert outcome.reason.startswith("kill.qcb:1: kill-self: no: xxx")


def test_nobody_waits_for_those_who_are_told_of_it(forked: Running) -> None:
    """They do not begin to read; others begin and end all the same."""
    forked.write("import os, time; os.write(3, ASK); time.sleep(60)", "deaf.py")
    ask = '{"call": 1, "name": "event"}\\n'
    forked.write(
        f"ASK = b'{ask}'\n" + (forked.scripts / "deaf.py").read_text(), "deaf.py"
    )
    deaf = [forked.start("deaf.py", PATIENT, about=large(5_000_000)) for _ in range(4)]
    assert succeeded(forked.wait(forked.friendly()))
    for run_id in deaf:
        forked.runner.cancel(run_id, "seen")
    assert {forked.wait(run_id).state for run_id in deaf} == {RunState.CANCELLED}


def test_a_request_that_is_too_large_is_refused_at_once(own: Running) -> None:
    own.settle()
    hosts = own.hosts()
    about = large(10)
    script = own.write("print(1)", "a" * 200 + ".py").name
    object.__setattr__(about, "extra", "x" * 70_000)  # acceptance lets none through
    outcome = own.wait(own.start(script, PATIENT, about=about))
    assert outcome.state is RunState.FAILED
    assert "and at most 65,536 can be passed on" in outcome.reason
    assert succeeded(own.wait(own.friendly()))
    assert own.hosts() == hosts


@pytest.mark.parametrize("data", [b"", b"\xff" * 30, b"[", b"x" * 150_000])
def test_a_request_that_cannot_be_read_is_refused_and_ends_no_host(data: bytes) -> None:
    keeper = Keeper(environment())
    said: list[dict[str, Any]] = []
    try:
        said += heard(keeper)
        socket.send_fds(keeper._control, [RUN.pack(7) + data], [0, 1])
        said += heard(keeper)
        assert [message.get("refused") for message in said] == [None, 7]
        assert keeper.pid is not None
        assert sessions.read(keeper.pid) is not None
    finally:
        keeper.put_down()


def heard(host: Host) -> list[dict[str, Any]]:
    """What a host says next."""
    said: list[dict[str, Any]] = []

    def something() -> bool:
        said.extend(host.receive())
        return bool(said)

    wait_until(something)
    return said


def test_requests_wait_for_a_host_that_has_no_room_for_them(own: Running) -> None:
    own.settle()
    pid = own.runner._hosts.for_python().pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    own.write("print(1)")
    run_ids = [own.start(limits=PATIENT) for _ in range(400)]
    assert own.runner._hosts.for_python().waiting
    os.kill(pid, signal.SIGCONT)
    assert all(succeeded(own.wait(run_id)) for run_id in run_ids)


def test_a_runner_that_ends_while_hosts_are_being_started_leaves_no_message(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        running = Running(tmp_path / str(number), mode="fork")
        running.close()
    assert capfd.readouterr().err == ""
