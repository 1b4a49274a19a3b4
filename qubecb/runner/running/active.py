"""One run from its order to its outcome: its state, and what is open for it meanwhile."""

from __future__ import annotations

from qubecb.runner.farm.calls import PendingCalls
from qubecb.runner.farm.conversation import Conversation
from qubecb.runner.hosting.python_host import sessions
from qubecb.runner.order import Order
from qubecb.runner.running.farm_line import FarmLine
from qubecb.runner.running.output import OutputFile
from qubecb.runner.running.states import (
    Adopted,
    AdoptedStopping,
    Clearing,
    Ended,
    Handed,
    Living,
    Running,
    Silent,
    State,
    Stopping,
    Unsure,
)

#: What a run that a host was told of may be.
_ENDING = (Stopping, AdoptedStopping, Clearing)


class ActiveRun:
    """A run that was started, or is about to be, and whose outcome is not known yet."""

    def __init__(
        self, order: Order, conversation: Conversation, output: OutputFile
    ) -> None:
        self.order = order
        self.conversation = conversation
        self.output = output
        self.line = FarmLine()
        self.calls = PendingCalls()
        #: Set when a host is told of it, and nobody asks before.
        self.state: State

    def enter(self, state: State) -> None:
        """Move it on. Where its end begins so, its whole session gets SIGTERM."""
        begins = isinstance(state, _ENDING) and not isinstance(self.state, _ENDING)
        self.state = state
        if begins and self.pid is not None:
            sessions.ask_to_end([self.pid])

    @property
    def pid(self) -> int | None:
        """The process of the callback, which leads its session; None before its hello."""
        if isinstance(self.state, Living):
            return self.state.process.pid
        if isinstance(self.state, Clearing | Ended):
            return self.state.pid
        return None

    @property
    def lives(self) -> bool:
        """Whether its process has not ended, also when nobody has told us yet."""
        return isinstance(self.state, Living) and (
            not sessions.TOLD or sessions.read(self.state.process.pid) is not None
        )

    @property
    def free(self) -> bool:
        """Whether it has not ended, and nobody has asked it to."""
        if isinstance(self.state, Handed | Silent | Unsure):
            return self.state.cause is None
        return isinstance(self.state, Running | Adopted)

    def receive(self) -> bool:
        """Take what the child said; give False when there will be no more."""
        return self.line.receive(self._take)

    def _take(self, data: bytes) -> None:
        self.calls.add(self.conversation.received(data))
