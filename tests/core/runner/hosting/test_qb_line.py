"""The line between a callback's qb and the worker: silence, ends, forks, signals and threads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from qubecb.runner.farm.conversation import Call, Conversation
from tests.core.runner.children import INSIDE, converse, farm, order, python
from tests.core.runner.hosting.test_qb_python import run


def test_a_silent_farm_ends_in_an_exception_and_a_later_call_is_answered() -> None:
    asked: list[Call] = []

    def late(conversation: Conversation, call: Call) -> bytes:
        asked.append(call)
        if len(asked) == 1:
            return b'{"answer": 0, "result": []}\n'
        return conversation.answer(asked[0]) + conversation.answer(call)

    script = (
        "try:\n    qb.jobinfo('-id', 77)\n"
        "except qb.FarmTimeout as error:\n    print(error)\n"
        "print(qb.jobinfo('-id', 1234)[0]['id'])\n"
    )
    talk = converse(python(script), order(), farm(), late, QUBECB_FARM_TIMEOUT="0.2")
    assert talk.output == "the farm did not answer within 0.2 s\n1234\n"


def test_a_worker_that_is_gone_ends_in_an_exception() -> None:
    script = (
        "for _ in range(2):\n"
        "    try:\n        qb.jobinfo()\n"
        "    except qb.FarmError as error:\n        print(error)\n"
    )
    talk = converse(python(script), order(), farm(), lambda _farm, _call: b"")
    assert talk.output == "the connection to the farm is lost: the worker ended\n" * 2


def test_a_process_that_qubecb_did_not_start_is_told_so() -> None:
    script = "import qb\nprint(qb.jobid(), qb.subid(), qb.workid())\nqb.jobinfo()"
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=INSIDE,
        env={"QUBECB_FARM_FD": "99"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == "0 -1 None\n"
    assert "there is no farm" in found.stderr


def test_a_closed_line_is_told_and_nothing_else_is_read() -> None:
    script = (
        "import os\n"
        "qb.jobinfo()\n"
        "fd = qb._state.line.fd\n"
        "os.close(fd); opened = os.open('/dev/zero', os.O_RDONLY)\n"
        "assert opened == fd or os.dup2(opened, fd)\n"
        "qb.jobinfo()\n"
    )
    assert "the script closed it" in run(script).output


def test_a_forked_process_is_refused_and_the_callback_goes_on() -> None:
    script = (
        "import os, sys\n"
        "qb.jobinfo('-id', 77)\n"
        "if os.fork() == 0:\n"
        "    try:\n        qb.jobinfo()\n"
        "    except qb.FarmError as error:\n        print(error, flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "print(qb.jobinfo('-id', 77)[0]['id'])\n"
    )
    assert run(script).output == (
        "qb works only in the callback's own process, not in one forked from it\n77\n"
    )


def test_a_signal_handler_in_the_middle_of_a_call_is_refused() -> None:
    def slow(conversation: Conversation, call: Call) -> bytes:
        os.kill(conversation.hello or 0, signal.SIGUSR1)
        return conversation.answer(call)

    script = (
        "import os, signal\n"
        "def ask(*_):\n"
        "    try:\n        qb.jobinfo()\n"
        "    except qb.FarmError as error:\n        print(error)\n"
        "signal.signal(signal.SIGUSR1, ask)\n"
        "qb._tell({'hello': os.getpid()})\n"
        "print(qb.jobstatus(77))\n"
    )
    talk = converse(python(script), order(), farm(), slow)
    assert talk.output == "qb was called again before its call ended\nfailed\n"


def test_a_fork_beside_a_busy_thread_does_not_hang() -> None:
    script = (
        "import os, threading\n"
        "qb.jobid()\n"
        "qb._state.line.lock.acquire()\n"
        "if os.fork() == 0:\n"
        "    try:\n        qb.jobinfo()\n"
        "    except qb.FarmError as error:\n        print(error, flush=True)\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    assert "not in one forked from it" in run(script).output


def test_threads_ask_one_after_the_other_even_the_first_time() -> None:
    script = (
        "import sys, threading\n"
        "sys.setswitchinterval(1e-6)\n"
        "together = threading.Barrier(8)\n"
        "def ask():\n"
        "    together.wait()\n"
        "    for _ in range(20):\n        assert qb.jobinfo('-id', 77)[0]['id'] == 77\n"
        "threads = [threading.Thread(target=ask) for _ in range(8)]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "print('whole')\n"
    )
    assert run(script).output == "whole\n"
