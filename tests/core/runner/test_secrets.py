"""Nothing that is kept of a run holds a secret, whatever the run did with it."""

from __future__ import annotations

import dataclasses
import json

import pytest

from qubecb.runner.farm.conversation import Conversation
from qubecb.runner.outcome import Outcome
from tests.core.runner.children import farm, order
from tests.core.runner.rig import PATIENT, Running

SECRET = "Hunter2"  # noqa: S105


def kept(outcome: Outcome) -> str:
    """Everything that is stored of a run but its script, as one text."""
    return repr(dataclasses.asdict(dataclasses.replace(outcome, script=b"")))


@pytest.mark.parametrize(
    "source",
    [
        "raise RuntimeError('token=Hunter2 refused')",
        "raise RuntimeError('token=' + 'Hunter' + '2' + 'x' * 2000)",
        "class Refused(Exception): pass\nraise Refused('https://jo:Hunter2@farm/')",
        "import sys; sys.exit('password: Hunter2')",
        "password = 'Hunter%d' % 2\ndef f(auth, pwd, headers): 1/0\n"
        "f(('jo', password), password, {'Authorization': 'Bearer ' + password})",
        "db_pwd = 'Hunter%d' % 2\nlogin = {'user': 'jo', 'api-key': db_pwd}\n1/0",
        "secret = object()\ndb = {'DB_PASS': 'Hunter2'}\nraise KeyError('db')",
        "import qb\nqb.kill('5042:token=Hunter2')",
        "import qb\nqb.unblockwork('5042:token=Hunter2')",
        "import qb\nqb.jobinfo('-password=Hunter2', 1)",
        "print('token=Hunter2'); exit(3)",
        "raise RuntimeError('bad key ghp_Hunter2Hunter2Hunter2')",
        "known = {'pass': 'Hunter2', 'session_id': 'Hunter2'}\n1/0",
        "import smtplib\nserver = 1\nserver.login('jo', 'Hunter2')",
    ],
)
def test_no_secret_is_kept_of_a_run(both: Running, source: str) -> None:
    outcome = both.run(source)
    assert SECRET not in kept(outcome)
    assert "*****" in kept(outcome)


def test_a_secret_that_the_cut_of_the_output_meets_is_masked(both: Running) -> None:
    small = dataclasses.replace(PATIENT, output=1000)
    for before in range(480, 500):
        source = f"print('x' * {before}, 'token=' + 'S' * 1000, 'end' * 100)"
        outcome = both.run(source, limits=small)
        assert b"S" not in outcome.output.head + outcome.output.tail


def test_notes_and_locals_are_masked_also_when_the_script_does_not(
    both: Running,
) -> None:
    told = {"type": "E", "message": "token=Hunter2", "frames": [], "locals": {}}
    told["locals"] = {"password": SECRET, "line": "PGPASSWORD=Hunter2 psql"}
    conversation = Conversation(order(), farm())
    for message in ({"note": "token=Hunter2"}, {"traceback": told}):
        conversation.received(json.dumps(message).encode() + b"\n")
    assert SECRET not in repr([conversation.notes, conversation.traceback])
    assert conversation.notes == ["token=*******"]
