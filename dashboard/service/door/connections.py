"""Connections in the order of their last answers; which to close when all are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from dashboard.project.proxies import Network
from dashboard.service.door.bounds import Bounds


class Connection(Protocol):
    """What is asked of a connection."""

    @property
    def is_busy(self) -> bool:
        """Whether the application is at work on a request of it."""


class Connections:
    """All connections. The idlest was answered, or connected, longest ago.

    An unfinished request does not make a connection less idle: a sender that adds a
    byte now and then counts as silent. Used by one thread.
    """

    def __init__(self, bounds: Bounds, proxies: Iterable[Network] = ()) -> None:
        self._bounds = bounds
        self._proxies = tuple(proxies)
        self._all: dict[Connection, str | None] = {}
        self._of: dict[str, dict[Connection, None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Connection]:
        return iter(tuple(self._all))

    def in_the_way(self, address: str) -> Connection | None:
        """Give the connection to close to accept a new one from this address, if any.

        An address at its limit loses its own idlest; when all slots are taken, the
        idlest of all is closed. A connection with a request in progress is never
        closed.
        """
        whose = self._whose(address)
        own = self._of.get(whose, {}) if whose else {}
        if len(own) >= self._bounds.of_one and (found := _idlest(own)):
            return found
        return _idlest(self._all) if self.is_full else None

    @property
    def is_full(self) -> bool:
        """Whether all slots are taken."""
        return len(self._all) >= self._bounds.most

    def idlest(self) -> Connection | None:
        """Give the idlest; None when every connection has a request in progress."""
        return _idlest(self._all)

    def add(self, connection: Connection, address: str) -> None:
        whose = self._whose(address)
        self._all[connection] = whose
        if whose:
            self._of.setdefault(whose, {})[connection] = None

    def whose(self, connection: Connection) -> object:
        """Give whose turns it shares: its address; by itself behind a trusted proxy."""
        return self._all.get(connection) or connection

    def answered(self, connection: Connection) -> None:
        """It has been answered: now it is the least idle."""
        whose = self._all.pop(connection)
        self._all[connection] = whose
        if whose:
            own = self._of[whose]
            del own[connection]
            own[connection] = None

    def remove(self, connection: Connection) -> None:
        whose = self._all.pop(connection, None)
        if whose:
            own = self._of[whose]
            del own[connection]
            if not own:
                del self._of[whose]

    def _whose(self, address: str) -> str | None:
        """The client that an address stands for; None: a trusted proxy, which has many.

        The owner of one IPv6 address has all 2 ** 64 of its network.
        """
        try:
            found = ip_address(address)
        except ValueError:
            return address
        if any(found in network for network in self._proxies):
            return None
        if isinstance(found, IPv6Address):
            return str(ip_network((found, 64), strict=False))
        return address


def _idlest(connections: Iterable[Connection]) -> Connection | None:
    return next((one for one in connections if not one.is_busy), None)
