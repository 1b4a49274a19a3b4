"""A storm over one installation: load, kills at random, a full database and a locked one.

Used by test_killing.py with a hundred kills and by `bench/killing.py` with a thousand.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.end_to_end.installation import (
    Installation,
    children,
    command_of,
    wait_until,
)
from tests.end_to_end.senders import UNFINISHED, ListSender, Sender, SpoolSender
from tests.end_to_end.situation import situation

COUNTED = """
    SELECT file, SUM(succeeded), SUM(crashed), SUM(lost) FROM dashboard_rollup GROUP BY file
"""
STORED = """
    SELECT file, SUM(state = 'succeeded'), SUM(state = 'crashed'), SUM(state = 'lost')
    FROM dashboard_run GROUP BY file
"""
KINDS = """
    SELECT name, type, SUBSTR(hour, 1, 13), count, last FROM dashboard_eventkind
"""
CAME = """
    SELECT name, type, SUBSTR(accepted_at, 1, 13), COUNT(*), MAX(sequence)
    FROM dashboard_eventrecord WHERE name <> '' GROUP BY 1, 2, 3
"""
MISJUDGED = """
    SELECT id, state, open, settled FROM dashboard_run
    WHERE open <> (state IN ('failed', 'timed_out', 'crashed', 'lost')) OR settled <> ''
"""
MARK = """\
import os
line = (os.environ["QUBECB_RUN_ID"] + "\\n").encode()
out = os.open({marks!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
os.write(out, line)
"""
SLOW = MARK + "import time\ntime.sleep(0.3)\nprint('slept')\n"
PERL = """\
open(my $out, '>>', '{marks}') or die;
syswrite($out, "$ENV{{QUBECB_RUN_ID}}\\n");
"""
MAPPINGS = {
    "quick.py": "submit-job-self",
    "slow.py": "complete-work-self-1",
    "quick.pl": "complete-work-self-2",
    "both.py": "complete-work-self-1 && complete-work-self-2",
    "ended.py": "done-job-self",
}
#: How often each kind is the victim, among a hundred.
VICTIMS = {
    "web": 14,
    "work": 16,
    "keeper": 8,
    "host": 14,
    "launcher": 10,
    "callback": 38,
}
_HOST = "python_host/program.py"


def installation(root: Path, **settings: str) -> Installation:
    """An installation whose scripts each leave their run's id in one file."""
    marks = str(root / "marks")
    scripts = {
        "quick.py": MARK.format(marks=marks),
        "slow.py": SLOW.format(marks=marks),
        "quick.pl": PERL.format(marks=marks),
        "both.py": MARK.format(marks=marks),
        "ended.py": MARK.format(marks=marks),
    }
    return Installation(root, scripts, MAPPINGS, settings)


@dataclass(slots=True)
class Storm:
    """What is done to an installation, and what was seen of it."""

    site: Installation
    random: random.Random
    senders: list[Sender] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    #: Runs that were running when their worker was killed.
    doomed: set[int] = field(default_factory=set)
    #: Seconds from a start of `work` until nothing of its forerunner was running.
    buried_after: list[float] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _hurrying: threading.Event = field(default_factory=threading.Event)
    _faults: list[BaseException] = field(default_factory=list)

    @contextlib.contextmanager
    def load(self) -> Iterator[None]:
        """Send events from three sources during the block."""
        self.senders = [
            kind(self.site, number)
            for number, kind in enumerate((Sender, ListSender, SpoolSender), start=1)
        ]
        for sender in self.senders:
            thread = threading.Thread(target=self._send, args=(sender,), daemon=True)
            self._threads.append(thread)
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in self._threads:
                thread.join()
        if self._faults:
            raise self._faults[0]

    def _send(self, sender: Sender) -> None:
        try:
            sender.run(self._stopping, self._hurrying)
        except BaseException as error:  # noqa: BLE001 (raised by `load`)
            self._faults.append(error)

    # Kills.

    def kill(self, times: int) -> None:
        """Kill at random, each time after a few more runs have ended."""
        kinds, weights = zip(*VICTIMS.items(), strict=True)
        for _ in range(times):
            self._let_work(self.random.randint(0, 5))
            self.kill_one(self.random.choices(kinds, weights)[0])

    def kill_one(self, kind: str) -> None:
        """Kill one process of a kind, and start again what nobody else would."""
        if kind == "web":
            self.site.kill("web")
            self.site.start("web")
        elif kind == "work":
            self.kill_work()
            self.site.start("work")
            self._wait_for_burial()
        else:
            self._wait_until(lambda: self._kill_below(kind), f"a {kind} to kill")
        self.killed[kind] += 1

    def kill_work(self) -> None:
        """Kill the worker and remember what it was running."""
        self.site.kill("work")
        self.doomed |= self._running()

    def _kill_below(self, kind: str) -> bool:
        """Kill one of the processes that `work` started, if there is one of that kind."""
        found = [pid for pid, its in self._descendants() if its == kind]
        if not found:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.random.choice(found), signal.SIGKILL)
            return True
        return False

    def _descendants(self) -> Iterator[tuple[int, str]]:
        """The keeper of the worker, its hosts and launchers, and the callbacks below them."""
        for keeper in children(self.site.processes["work"].pid):
            if _HOST not in command_of(keeper):
                continue
            yield keeper, "keeper"
            for pid in children(keeper):
                command = command_of(pid)
                if _HOST in command:
                    yield pid, "host" if " child " in command else "launcher"
                    yield from ((each, "callback") for each in children(pid))

    def _wait_for_burial(self) -> None:
        began = time.monotonic()
        self._wait_until(
            lambda: not self._running() & self.doomed,
            "the runs of the killed worker are lost",
        )
        self.buried_after.append(time.monotonic() - began)

    def _running(self) -> set[int]:
        found = self.site.rows("SELECT id FROM dashboard_run WHERE state = 'running'")
        return {row[0] for row in found}

    def _let_work(self, runs: int) -> None:
        """Wait until so many more runs have ended, and a moment."""
        goal = self.ended() + runs
        self._wait_until(lambda: self.ended() >= goal, "runs end between kills")
        self._stopping.wait(self.random.uniform(0, 0.03))

    def ended(self) -> int:
        """How many runs have ended."""
        counted = self.site.value(
            "SELECT COUNT(*) FROM dashboard_run WHERE ended_at IS NOT NULL"
        )
        return int(counted)

    # Trouble of the database.

    def fill_database(self) -> None:
        """Let the database be full until somebody was told so, then mend that."""
        self._restart(QUBECB_TEST_PAGES="1")
        self._wait_until_told(507)
        self._restart()

    def lock_database(self) -> None:
        """Lock the database until somebody was told so; it goes on without a restart."""
        self._restart(QUBECB_TEST_PATIENCE="200")
        self._wait_until(self.site.is_up, "the service is up")
        self._let_work(1)  # a start would give up, and /healthz may mean the one before
        with self.site.database() as database:
            self._wait_until(locker(database), "our turn to lock the database")
            self._wait_until_told(503)
            database.execute("ROLLBACK")
        self._let_work(20)
        self._restart()

    def _wait_until_told(self, status: int) -> None:
        before = self.told(status)
        self._hurrying.set()
        self._wait_until(
            lambda: self.told(status) > before, f"somebody is told {status}"
        )
        self._hurrying.clear()

    def told(self, status: int) -> int:
        """How often senders were answered so."""
        return sum(sender.answers[status] for sender in self.senders)

    def _restart(self, **limits: str) -> None:
        self.site.kill("web")
        self.kill_work()
        self.killed.update(("web", "work"))
        self.site.start("web", **limits)
        self.site.start("work", **limits)

    def _wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait; what does not come true is told with all that the installation is doing."""
        try:
            wait_until(condition, what)
        except TimeoutError as error:
            error.add_note(f"killed until then: {dict(self.killed)}")
            error.add_note(situation(self.site))
            raise

    # Afterwards.

    def drain(self) -> None:
        """Wait until everything that was accepted has come to its end."""
        self._wait_until(self._is_drained, "everything comes to its end")

    def _is_drained(self) -> bool:
        waiting = self.site.value(UNFINISHED)
        return not waiting and not any((self.site.data / "spool" / "new").iterdir())

    def accepted(self) -> list[str]:
        """Every event that somebody was promised."""
        return list(itertools.chain.from_iterable(s.accepted for s in self.senders))

    def counted(self) -> list[Any]:
        """How the runs of each callback ended, by the statistics."""
        return sorted(self.site.rows(COUNTED))

    def stored(self) -> list[Any]:
        """How they ended, by the runs themselves."""
        return sorted(self.site.rows(STORED))

    def kinds(self) -> list[Any]:
        """How many events of each kind came in each hour, and the last, by the statistics."""
        return sorted(self.site.rows(KINDS))

    def came(self) -> list[Any]:
        """The same by the events themselves."""
        return sorted(self.site.rows(CAME))

    def misjudged(self) -> list[Any]:
        """The runs that are open and should not be, or the other way round."""
        return self.site.rows(MISJUDGED)

    def marks(self) -> Counter[int]:
        """How often each run was started, by what the scripts themselves wrote."""
        return Counter(map(int, (self.site.root / "marks").read_text().split()))


def locker(database: sqlite3.Connection) -> Callable[[], bool]:
    """What tries to take the database's write lock."""

    def locked() -> bool:
        with contextlib.suppress(sqlite3.OperationalError):
            database.execute("BEGIN IMMEDIATE")
        return database.in_transaction

    return locked
