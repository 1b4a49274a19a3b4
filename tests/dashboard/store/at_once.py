"""Several connections that do something at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections


def at_once(*works: Callable[[], object]) -> None:
    """Do all of it at the same moment, each on a connection of its own; raises what they raise."""
    barrier = threading.Barrier(len(works))
    errors: list[BaseException] = []

    def do(work: Callable[[], object]) -> None:
        try:
            barrier.wait(240)
            work()
        except BaseException as error:  # noqa: BLE001 (raised below)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        raise error
