"""Ids of jobs in the database: a number as itself, text as a negative number that stands for it.

So nothing that holds numbers is any larger or slower, and no row has to be written anew for
farms whose ids are text. What number it is follows from the text alone; which text it was is
in a table of its own. Only this module and dashboard.store.rows.job_ids know of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import models

from qubecb.jobs.ids import LONGEST_ID, JobId, job_id

#: Gives the id of a column as text; `{key}` is the column.
WRITTEN = (
    "CASE WHEN {key} < 0 THEN COALESCE("
    '(SELECT "text" FROM dashboard_textid WHERE "key" = {key}), CAST({key} AS text))'
    " ELSE CAST({key} AS text) END"
)


def key_of(identity: JobId) -> int:
    """Give the number under which an id is stored."""
    return identity if isinstance(identity, int) else _key_of_text(identity)


@lru_cache(maxsize=10_000)
def _key_of_text(text: str) -> int:
    """63 bits of its digest, below zero."""
    return -1 - (int.from_bytes(sha256(text.encode()).digest()[:8]) >> 1)


class TextId(models.Model):
    """An id that is text, and the number that stands for it wherever jobs are named."""

    key = models.BigIntegerField(primary_key=True)
    text = models.CharField(max_length=LONGEST_ID)
    #: When something was told of the job, to the day; decides when it is pruned.
    used_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return self.text


if TYPE_CHECKING:
    _BigIntegerField = models.BigIntegerField[Any, Any]
else:
    _BigIntegerField = models.BigIntegerField


class JobIdField(_BigIntegerField):
    """A column with a job's id, which is an integer or text."""

    def get_prep_value(self, value: Any) -> int | None:
        """The number that is stored, also of such a number: Django may ask twice.

        Raises ValueError for what is not an id.
        """
        if value is None or type(value) is int:
            return value
        identity = job_id(value, 0)
        if identity is None:
            raise ValueError(f"{value!r} is not the id of a job")
        return key_of(identity)

    def to_python(self, value: Any) -> JobId | None:
        """An id as it was given."""
        return None if value is None else job_id(value, 0)

    def select_format(
        self, compiler: Any, sql: str, params: Sequence[Any]
    ) -> tuple[str, tuple[str | int, ...]]:
        """Let the database give the id itself; within a query it goes on with the number."""
        if compiler.query.subquery:
            return sql, tuple(params)
        return WRITTEN.format(key=sql), (*params, *params, *params, *params)

    def from_db_value(
        self, value: Any, expression: object, connection: object
    ) -> JobId | None:
        """What `select_format` gave."""
        return self.to_python(value)
