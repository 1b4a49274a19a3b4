"""Who types a command."""

from __future__ import annotations

import getpass

from dashboard.store.audit import By


def by() -> By:
    """The Unix user at the keyboard, as far as it has a name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return By(name, "command line", "command line")
