"""Ids of jobs in rows that are written and read without models: see dashboard.models.job_ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from dashboard.models.job_ids import key_of
from dashboard.store.database import sql
from qubecb.errors import InvalidEvent, Problem
from qubecb.jobs.ids import JobId, job_id

__all__ = ["id_of", "ids_of", "keep", "key_of", "known_among"]

_READ = 'SELECT "key", "text" FROM dashboard_textid WHERE "key" IN ({places})'
_USED = f"{_READ} AND used_on >= '{{today}}'"
_KEEP = """
    INSERT INTO dashboard_textid ("key", "text", used_on) VALUES (%s, %s, %s)
    ON CONFLICT ("key") DO UPDATE SET used_on = excluded.used_on
    WHERE dashboard_textid."text" = excluded."text"
"""
_ANY = "SELECT 1 FROM dashboard_textid LIMIT 1"
_JOBS = """
    SELECT known."text" FROM dashboard_textid AS known
    JOIN dashboard_jobrecord AS job ON job.id = known."key"
    WHERE NOT job.removed AND known."key" IN ({places})
"""
#: What was read: it never changes.
_known: dict[int, str] = {}
_MOST_KNOWN = 20_000


def keep(identities: Iterable[JobId]) -> None:
    """Store ids that are text, if they are not stored. To be called in a write transaction.

    Raises InvalidEvent for one that cannot be told from another one: that takes two texts that
    were made for it.
    """
    texts = {key_of(each): each for each in identities if isinstance(each, str)}
    if not texts:
        return
    today = datetime.now(UTC).date().isoformat()
    used: dict[int, str] = dict(sql.rows_in(_USED.replace("{today}", today), texts))
    new = [(key, texts[key], today) for key in sorted(texts.keys() - used.keys())]
    stored = all(texts[key] == text for key, text in used.items())
    if not stored or sql.each(_KEEP, new) != len(new):
        message = "cannot be told from another id that is stored"
        raise InvalidEvent([Problem("job.id", message)])


def known_among(labels: Iterable[str]) -> frozenset[str]:
    """Give those of some labels that are ids of jobs that are known, and not removed."""
    if sql.value(_ANY) is None:
        return frozenset()
    wanted = {key_of(each) for each in {*labels} if isinstance(job_id(each), str)}
    return frozenset(sql.column_in(_JOBS, wanted))


def id_of(key: int) -> JobId:
    """Give the id for which a stored number stands."""
    return key if key >= 0 else ids_of((key,))[key]


def ids_of(keys: Iterable[int]) -> Mapping[int, JobId]:
    """Give the ids for which stored numbers stand."""
    found: dict[int, JobId] = {key: key for key in keys}
    texts = [key for key in found if key < 0]
    if texts:
        missing = [key for key in texts if key not in _known]
        if len(_known) + len(missing) > _MOST_KNOWN:
            _known.clear()
            missing = texts
        _known.update(sql.rows_in(_READ, missing))
        found |= {key: _known.get(key, str(key)) for key in texts}
    return found
