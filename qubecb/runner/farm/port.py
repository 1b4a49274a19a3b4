"""The port through which jobs are read and actions applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from qubecb.jobs.ids import JobId


@dataclass(frozen=True, slots=True)
class JobQuery:
    """The pairs given to `qb.jobinfo`; every one given must hold. None given: all jobs.

    Each is a tuple of wanted values, any of which will do; `id` takes several.
    """

    id: tuple[JobId, ...] = ()
    pgrp: tuple[JobId, ...] = ()
    pid: tuple[JobId, ...] = ()
    label: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    prototype: tuple[str, ...] = ()
    priority: tuple[int, ...] = ()


class Farm(Protocol):
    """One run's view of the farm. Calls may come from any thread, one at a time per run."""

    def jobinfo(self, query: JobQuery) -> Sequence[Mapping[str, Any]]:
        """Give the jobs that the query means, each with every field of the documentation.

        Times are Unix seconds, `agenda` and `subjobs` lists of dicts. Raises FarmError.
        """

    def act(
        self, verb: str, targets: Sequence[str], arguments: Mapping[str, Any]
    ) -> Sequence[str | int]:
        """Apply a verb of the documentation (`unblock`, `killwork`, `modify`, …).

        Takes the verb under its first name, targets as text (`1234`, `1234.0`, `1234:7`) and,
        for `modify`, the fields. Gives what it affected as the documentation of the verb says;
        an object in no state for the verb is left as it is and left out. Raises FarmError.
        """
