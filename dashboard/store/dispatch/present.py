"""The conditions at the moment at which a batch is planned, read in one statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dashboard.models.pauses import HOLDS
from dashboard.store.configuration import bindings, pauses
from dashboard.store.database import sql
from dashboard.store.jobs import storing as jobs
from qubecb.dispatch.ports.configuration import InForce, Pause

_PRESENT = f"""
    SELECT force.binding_id, force."after", (SELECT {{joined}} FROM {jobs.IN_USE}),
        {pauses.COLUMNS}
    FROM ({bindings.NEWEST}) AS force
    LEFT JOIN dashboard_pauserecord AS pause ON {HOLDS}
    ORDER BY pause.id
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class Present:
    """The configuration in force, all bindings that attached jobs have, and the pauses."""

    force: InForce
    in_use: Collection[int]
    pauses: Sequence[Pause]


def present(now: float, attached_since: float) -> Present:
    """Read the present. Takes both moments as Unix seconds."""
    statement = _PRESENT.format(joined=sql.joined("id"))
    found = sql.rows(statement, [sql.moment(attached_since), sql.moment(now)])
    if not found:
        bindings.in_force()  # puts an empty configuration in force
        return present(now, attached_since)
    # the first three columns are the same in each row; then comes a pause, or nothing
    (binding, after, bindings_in_use, *_), *_ = found
    in_use = [int(each) for each in (bindings_in_use or "").split(",") if each]
    stopped = [pauses.pause_of(pause) for _, _, _, *pause in found if any(pause)]
    return Present(InForce(binding, after), in_use, stopped)
