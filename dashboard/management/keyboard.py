"""The person at the command line."""

from __future__ import annotations

import getpass

from dashboard.store.people.audit import By


def by() -> By:
    """The Unix user, if it has a name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return By(name, "command line", "command line")
