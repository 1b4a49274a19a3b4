"""Who types a command."""

from __future__ import annotations

import getpass

#: What the audit log says in place of an address.
ORIGIN = "command line"


def person() -> str:
    """The Unix user at the keyboard, as far as it has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
