"""Who is connected, in the order in which each was last answered; who goes when it is full."""

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
    """All connections. The idlest is the one that was answered, or came, longest ago.

    What has been begun and not finished makes nobody less idle: a sender that adds a byte now
    and then is as idle as a silent one. Used by one thread.
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
        """Give who has to go before a newcomer from this address may come, if anybody.

        An address at its bound loses its own idlest; when all places are taken, the idlest of
        all goes. Nobody goes on whose request the application is at work.
        """
        whose = self._whose(address)
        own = self._of.get(whose, {}) if whose else {}
        if len(own) >= self._bounds.of_one and (found := _idlest(own)):
            return found
        return _idlest(self._all) if self.is_full else None

    @property
    def is_full(self) -> bool:
        """Whether all places are taken."""
        return len(self._all) >= self._bounds.most

    def idlest(self) -> Connection | None:
        """Give the idlest of all, None when the application is at work for everybody."""
        return _idlest(self._all)

    def add(self, connection: Connection, address: str) -> None:
        """A newcomer."""
        whose = self._whose(address)
        self._all[connection] = whose
        if whose:
            self._of.setdefault(whose, {})[connection] = None

    def whose(self, connection: Connection) -> object:
        """Give with whom it shares its turns: its address, or nobody behind a trusted proxy."""
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
        """It is closed."""
        whose = self._all.pop(connection, None)
        if whose:
            own = self._of[whose]
            del own[connection]
            if not own:
                del self._of[whose]

    def _whose(self, address: str) -> str | None:
        """Who is meant by an address; None: a trusted proxy, which brings many people.

        Whoever has an IPv6 address has all 2 ** 64 of its network.
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
