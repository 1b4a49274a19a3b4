"""A past whose pauses, flags and configurations are intervals that a test notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from qubecb.conffile.qb_conf import QubConf
from qubecb.dispatch.ports.configuration import Pause


@dataclass(frozen=True, slots=True)
class PauseInterval:
    """A pause, from when, and until when it was really so."""

    pause: Pause
    begins: float
    ends: float = inf


@dataclass(slots=True)
class Intervals:
    """What was so from when until when. Takes the clock."""

    clock: Callable[[], float]
    paused: list[PauseInterval] = field(default_factory=list)
    flags: list[tuple[float, QubConf]] = field(default_factory=list)

    def pause(self, pause: Pause) -> None:
        """Note that a pause begins now."""
        self.paused.append(PauseInterval(pause, self.clock()))

    def resume(self, pause: Pause) -> None:
        """Note that it ends now."""
        self.paused = [
            replace(each, ends=self.clock())
            if each.pause == pause and each.ends == inf
            else each
            for each in self.paused
        ]

    def configure(self, qb_conf: QubConf) -> None:
        """Note what qb.conf says from now on."""
        self.flags.append((self.clock(), qb_conf))

    def pauses_at(self, time: float) -> Sequence[Pause]:
        return [each.pause for each in self.paused if each.begins <= time < each.ends]

    def flags_at(self, time: float) -> QubConf:
        return [conf for since, conf in self.flags if since <= time][-1]
