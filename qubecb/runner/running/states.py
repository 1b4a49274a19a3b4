"""The states of a run, from its order to its outcome, and what moves it from one to the next.

One class a state, which holds what a run in that state has and nothing else. A public method
is a move: it gives the next state, or the outcome. What a state has no method for cannot
happen to a run in it, and mypy refuses to compile it. Nothing is done here: no signal, no
socket, no clock. States are made by moves only, never from outside this file.

`docs/architecture.md` has the drawing; a test holds it equal to this file.

The two things that decide most are learned independently, and in any order: whether the host
lives, and whether the callback's process has said hello over its farm socket.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from qubecb.errors import QubecbError
from qubecb.runner.order import Order
from qubecb.runner.outcome import Outcome
from qubecb.runner.running.attempt import Attempt, End, Process
from qubecb.runner.running.final import Final, refused, settled
from qubecb.runner.running.reasons import Cause

#: Seconds after which nobody will tell any more how a process ended that is not there.
UNTOLD = 1.0


@dataclass(frozen=True, slots=True)
class Unstarted:
    """To be handed to a host: it is new, or its last host died before starting it."""

    #: How many hosts were told to start it, and died.
    attempts: int = 0

    def handed_over(self, attempt: Attempt) -> Handed:
        """A host was told to start it."""
        return Handed(attempt, None)

    def refused(self, order: Order, error: QubecbError, time: float) -> Outcome:
        """It cannot be started."""
        return refused(order, error, time)


@dataclass(frozen=True, slots=True)
class _Unheard:
    """A host was told, and the callback's process has not said hello."""

    attempt: Attempt
    #: Why it is to be ended as soon as it says hello, if it is.
    cause: Cause | None

    def asked_to_end(self, cause: Cause, now: float, grace: float) -> Self:
        """Only noted: there is no process to ask. The first cause counts."""
        return replace(self, cause=self.cause or cause)

    def _begun(self, process: Process, timeout: float, grace: float) -> Begun:
        running = Running(self.attempt, process, process.began + timeout)
        if self.cause is None:
            return running
        return running.asked_to_end(self.cause, process.began, grace)

    def _never_began(self, now: float) -> Unstarted | Ended:
        """A run that somebody wanted ended is not started again."""
        if self.cause is None:
            return Unstarted(self.attempt.number)
        return Ended(self.attempt, None, End(None, self.attempt.at, now), self.cause)


@dataclass(frozen=True, slots=True)
class Handed(_Unheard):
    """Its host lives and its farm socket is open: either may happen next."""

    def hello(self, process: Process, timeout: float, grace: float) -> Begun:
        """Its process is there, and its time begins."""
        return self._begun(process, timeout, grace)

    def closed(self, now: float) -> Silent:
        """Its farm socket closed without a hello."""
        return Silent(self.attempt, self.cause, now)

    def host_died(self) -> Unsure:
        """Its host ended: whether it forked before is not known yet."""
        return Unsure(self.attempt, self.cause)

    def ended(self, end: End) -> Ended:
        """Its host says that its process ended, and that process never said hello."""
        return Ended(self.attempt, None, end, self.cause)

    def refused(self, order: Order, error: QubecbError, time: float) -> Outcome:
        """Its host says that it cannot start it."""
        return refused(order, error, time)


@dataclass(frozen=True, slots=True)
class Silent(_Unheard):
    """Its farm socket closed without a hello while its host lives, which will say why."""

    since: float

    def host_died(self, now: float) -> Unstarted | Ended:
        """Nothing was started, and nobody is left who could."""
        return self._never_began(now)

    def ended(self, end: End) -> Ended:
        """Its host says that its process ended."""
        return Ended(self.attempt, None, end, self.cause)

    def refused(self, order: Order, error: QubecbError, time: float) -> Outcome:
        """Its host says that it cannot start it, or has said nothing for too long."""
        return refused(order, error, time)


@dataclass(frozen=True, slots=True)
class Unsure(_Unheard):
    """Its host died with its farm socket open: its process may yet say hello."""

    def hello(self, process: Process, timeout: float, grace: float) -> Taken:
        """It was started in time, and is the keeper's child now."""
        return self._begun(process, timeout, grace).host_died()

    def closed(self, now: float) -> Unstarted | Ended:
        """It was not: this, and nothing less, allows to start it again."""
        return self._never_began(now)


@dataclass(frozen=True, slots=True)
class Running:
    """Its process runs, and its host will tell how it ends."""

    attempt: Attempt
    process: Process
    #: When its time is over.
    deadline: float

    def asked_to_end(self, cause: Cause, now: float, grace: float) -> Stopping:
        """Its whole session gets SIGTERM, and SIGKILL `grace` seconds later."""
        return Stopping(self.attempt, self.process, cause, now + grace)

    def host_died(self) -> Adopted:
        """It goes on as the keeper's child."""
        return Adopted(self.attempt, self.process, self.deadline, None)

    def ended(self, end: End) -> Ended:
        """Its process ended; what it left running goes on."""
        return Ended(self.attempt, self.process.pid, end, None)


@dataclass(frozen=True, slots=True)
class Adopted:
    """Its process runs as the keeper's child; if the keeper dies, too, nobody tells its end."""

    attempt: Attempt
    process: Process
    deadline: float
    #: Since when its process is not there, and nobody has told of its end.
    missing_since: float | None

    def asked_to_end(self, cause: Cause, now: float, grace: float) -> AdoptedStopping:
        """As when it is `Running`."""
        return AdoptedStopping(
            self.attempt, self.process, cause, now + grace, self.missing_since
        )

    def ended(self, end: End) -> Ended:
        """The keeper tells of its end."""
        return Ended(self.attempt, self.process.pid, end, None)

    def missed(self, now: float) -> Adopted | Ended:
        """Its process is not there, and nobody has told: not yet, or never."""
        if _for_good(self.missing_since, now):
            return self.ended(self.process.end_untold(now))
        return replace(self, missing_since=self.missing_since or now)


@dataclass(frozen=True, slots=True)
class Stopping:
    """Its session was asked to end, and its host will tell of the end of its process."""

    attempt: Attempt
    process: Process
    cause: Cause
    #: When SIGKILL follows SIGTERM.
    kill_at: float

    def asked_to_end(self, cause: Cause, now: float, grace: float) -> Self:
        """The first cause counts."""
        return self

    def host_died(self) -> AdoptedStopping:
        """It goes on ending as the keeper's child."""
        return AdoptedStopping(
            self.attempt, self.process, self.cause, self.kill_at, None
        )

    def ended(self, end: End) -> Clearing:
        """Its own process ended; others of its session may not have."""
        return Clearing(self.attempt, self.process.pid, end, self.cause, self.kill_at)


@dataclass(frozen=True, slots=True)
class AdoptedStopping:
    """Its session was asked to end, and its host is dead."""

    attempt: Attempt
    process: Process
    cause: Cause
    kill_at: float
    missing_since: float | None

    def asked_to_end(self, cause: Cause, now: float, grace: float) -> Self:
        """The first cause counts."""
        return self

    def ended(self, end: End) -> Clearing:
        """The keeper tells of its end."""
        return Clearing(self.attempt, self.process.pid, end, self.cause, self.kill_at)

    def missed(self, now: float) -> AdoptedStopping | Clearing:
        """As when it is `Adopted`."""
        if _for_good(self.missing_since, now):
            return self.ended(self.process.end_untold(now))
        return replace(self, missing_since=self.missing_since or now)


@dataclass(frozen=True, slots=True)
class Clearing:
    """Its own process ended; what is left of its session is being ended."""

    attempt: Attempt
    pid: int
    end: End
    cause: Cause
    kill_at: float

    def asked_to_end(self, cause: Cause, now: float, grace: float) -> Self:
        """The first cause counts."""
        return self

    def cleared(self) -> Ended:
        """Nobody of its session is left."""
        return Ended(self.attempt, self.pid, self.end, self.cause)


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing of it is to be awaited but the answer of a farm that it asked."""

    attempt: Attempt
    #: The process that led its session; None when it never said hello.
    pid: int | None
    end: End
    cause: Cause | None

    def asked_to_end(self, cause: Cause, now: float, grace: float) -> Clearing | Ended:
        """End what it left running, too: a person who cancels now means all of it."""
        first = self.cause or cause
        if self.pid is None:
            return replace(self, cause=first)
        return Clearing(self.attempt, self.pid, self.end, first, now + grace)

    def settled(self, final: Final) -> Outcome:
        """Everything that is kept of it."""
        return settled(self.attempt, self.end, self.cause, final)


def _for_good(missing_since: float | None, now: float) -> bool:
    return missing_since is not None and now > missing_since + UNTOLD


Begun = Running | Stopping
Taken = Adopted | AdoptedStopping
#: Where the callback's own process has begun, and nobody has told of its end.
Living = Running | Adopted | Stopping | AdoptedStopping
#: Where a run that was handed over may be found between two turns of the runner.
State = Handed | Silent | Unsure | Living | Clearing | Ended
