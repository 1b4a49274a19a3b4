"""How the runs ended that an edit would take away."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.store.database import sql
from dashboard.store.rows.job_ids import id_of
from qubecb.backtest.tally import NEVER, Fate, Lost

_RUNS = """
    SELECT event, job, file, state, actions FROM dashboard_run
    WHERE event IN ({places}) AND replay_of IS NULL
"""


class RealFates:
    """Implements Fates, from the stored runs of one callback directory."""

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def of(self, lost: Sequence[Lost]) -> Sequence[Fate]:
        """Give what became of each of these runs."""
        wanted = {each.sequence for each in lost}
        found = {
            Lost(event, id_of(job or 0), file): Fate(state, _verbs(actions))
            for event, job, file, state, actions in self._runs(wanted)
        }
        return [found.get(each, NEVER) for each in lost]

    def _runs(self, events: set[int]) -> list[sql.Row]:
        statement = f"{_RUNS} AND directory = %s"
        return [
            row
            for chunk in sql.chunks(events)
            for row in sql.rows(
                statement.format(places=sql.places(chunk)), [*chunk, self._directory]
            )
        ]


def _verbs(actions: object) -> tuple[str, ...]:
    """What a run did to the farm, each verb once."""
    done = (each for each in sql.load(actions) or () if each.get("applied"))
    return tuple(sorted({str(each["verb"]) for each in done}))
