"""Scripts that never end, or not in time."""

from __future__ import annotations

import dataclasses

import pytest

from qubecb.runner.outcome import Outcome, RunState
from tests.core.runner.rig import LIMITS, PATIENCE, Running

IGNORING = """
import signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
"""
CHILDREN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(5):
    if os.fork() == 0:
        break
time.sleep(60)
"""
FINALIZER = """
import time
class Hanging:
    def __del__(self):
        time.sleep(60)
hanging = Hanging()
"""
THREAD = """
import threading, time
threading.Thread(target=lambda: time.sleep(60)).start()
"""


NEVER_ENDING = {
    "loop": "while True:\n    pass\n",
    "ignoring signals": IGNORING,
    "sleep": "import time; time.sleep(60)",
    "stopped": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "children ignoring SIGTERM": CHILDREN,
    "__del__": FINALIZER,
    "atexit": "import atexit, time\natexit.register(lambda: time.sleep(60))\n",
    "thread": THREAD,
    "waiting": "import os, signal\nos.wait() if os.fork() else signal.pause()\n",
    "reading for ever": "read = open('/dev/zero', 'rb').read\nwhile True: read(1 << 20)",
}


@pytest.fixture(scope="module")
def stopped(both: Running) -> dict[str, Outcome]:
    """The outcomes of all of them; they run at the same time, since each takes a second."""
    running = {}
    for number, (name, source) in enumerate(NEVER_ENDING.items()):
        both.write(source, f"never{number}.py")
        running[name] = both.start(f"never{number}.py", LIMITS)
    return {name: both.wait(run_id) for name, run_id in running.items()}


@pytest.mark.parametrize("name", NEVER_ENDING)
def test_what_never_ends_is_stopped(stopped: dict[str, Outcome], name: str) -> None:
    outcome = stopped[name]
    assert outcome.state is RunState.TIMED_OUT
    assert outcome.reason == "stopped after 1 s"
    assert outcome.grandchildren == 0


def test_nothing_of_them_is_left(stopped: dict[str, Outcome], hostile: Running) -> None:
    assert len(stopped) == len(NEVER_ENDING)
    hostile.until(lambda: len(hostile.processes()) <= 1)  # the friendly one beside


def test_a_script_may_end_well_when_it_is_asked_to(hostile: Running) -> None:
    source = """
import signal, sys, time
def leave(number, frame):
    print('tidied up')
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
time.sleep(60)
"""
    outcome = hostile.run(source, limits=dataclasses.replace(LIMITS, grace=PATIENCE))
    assert outcome.state is RunState.TIMED_OUT
    assert (outcome.output.head, outcome.exit) == (b"tidied up\n", 0)
