"""Sessions in the database; an ended one stays ended even if the database fails.

A person who logs out while the disk is full is told that they are logged out. The row
cannot be deleted then, so its key is remembered here and refused until it can.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import DatabaseError

_MOST = 10_000
_ended: dict[str, None] = {}


class SessionStore(DatabaseSessions):
    """The engine that settings name."""

    def load(self) -> dict[str, Any]:
        """Read the session; one that was ended is empty."""
        if self.session_key in _ended:
            self.delete(self.session_key)
            self._session_key = None
            return {}
        found: dict[str, Any] = super().load()
        return found

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session, or refuse its key from now on."""
        key = session_key or self.session_key
        try:
            super().delete(session_key)
        except DatabaseError:
            if key is not None and len(_ended) < _MOST:
                _ended[key] = None
        else:
            _ended.pop(key or "", None)
