"""What states of a run hold: the attempt to start it, its process, the end of that.

All times here are monotonic, in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from qubecb.runner.hosting.host import Host


@dataclass(frozen=True, slots=True)
class Attempt:
    """One handing over of a run to a host."""

    #: 1 for the first.
    number: int
    #: The run's number in what is said to and by hosts; a new one for each attempt.
    key: int
    host: Host
    at: float
    #: "fork" or "fresh".
    mode: str
    #: The script as it was read for this attempt.
    script: bytes
    script_sha256: str


@dataclass(frozen=True, slots=True)
class Process:
    """The callback's own process, which leads its session."""

    pid: int
    began: float

    def end_untold(self, now: float) -> End:
        """Its end, when nobody who could tell how it ended is left."""
        return End(None, self.began, now)


@dataclass(frozen=True, slots=True)
class End:
    """What is known of the end of a callback's own process."""

    #: As `wait` gives it; None when nobody could tell.
    status: int | None
    began: float
    at: float
