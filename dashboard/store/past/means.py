"""How long callbacks ran on average, from the roll-ups."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.store.database import sql

_MEANS = """
    SELECT file, SUM(seconds), SUM(succeeded + failed + timed_out + crashed)
    FROM dashboard_rollup WHERE directory = %s AND file IN ({places}) GROUP BY file
"""


def mean_seconds(directory: str, files: Sequence[str]) -> dict[str, float]:
    """Give the mean run time of these files of a directory; files without runs are left out."""
    found: dict[str, float] = {}
    for chunk in sql.chunks(files):
        statement = _MEANS.format(places=sql.places(chunk))
        for file, seconds, runs in sql.rows(statement, [directory, *chunk]):
            if runs:
                found[file] = float(seconds) / int(runs)
    return found
