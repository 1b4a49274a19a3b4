"""A throwaway PostgreSQL server, where its programs are installed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial

from tests.dashboard.store import postgres


@contextlib.contextmanager
def server() -> Iterator[Callable[[str], str] | None]:
    """Run a server with default settings; None where there is none to be had.

    Gives what makes a database of a name, and gives its URL.
    """
    if postgres.programs() is None:
        print("PostgreSQL is not installed; skipped")
        yield None
        return
    with postgres.server() as folder:
        yield partial(postgres.database, folder)
