"""How much one `qb.jobinfo` may give. More is refused before it is read, with what to ask instead.

A farm may know a million jobs, and each is given with all its items.
"""

from __future__ import annotations

from collections.abc import Collection

from dashboard.store.database import sql
from dashboard.store.rows.job_ids import key_of
from qubecb.errors import FarmError
from qubecb.jobs.ids import JobId

#: Pairs of `jobinfo` that have a column; the others are compared afterwards.
COLUMNS = ("id", "pgrp", "pid", "label", "name", "user", "status")
#: Jobs, their items and instances, and the length of their fields as JSON.
MOST_JOBS, MOST_PARTS, LARGEST = 10_000, 100_000, 32 * 1024 * 1024
_SIZES = """
    SELECT (
        SELECT COUNT(*) FROM (
            SELECT 1 FROM dashboard_jobitem WHERE job_id IN ({places}) LIMIT %s
        ) AS parts
    ), (
        SELECT COALESCE(SUM(LENGTH(CAST(fields AS text))), 0)
        FROM dashboard_jobrecord WHERE id IN ({places})
    )
"""


def check_size(ids: Collection[JobId]) -> int:
    """Give how many items and instances these jobs have.

    Raises FarmError if they are more than one answer may hold.
    """
    if len(ids) > MOST_JOBS:
        raise _too_much(f"are more than {MOST_JOBS:,}")
    parts = size = 0
    for chunk in sql.chunks(map(key_of, ids)):
        statement = _SIZES.format(places=sql.places(chunk))
        most = MOST_PARTS + 1 - parts
        [(more, length)] = sql.rows(statement, [*chunk, most, *chunk])
        parts, size = parts + more, size + length
        if parts > MOST_PARTS:
            raise _too_much(f"have more than {MOST_PARTS:,} items and instances")
        if size > LARGEST and len(ids) > 1:
            raise _too_much(f"have fields of more than {LARGEST // 2**20} MiB")
    return parts


def _too_much(how: str) -> FarmError:
    pairs = ", ".join(f"-{name}" for name in COLUMNS)
    return FarmError(f"jobinfo: the jobs asked for {how}; ask for fewer, with {pairs}")
