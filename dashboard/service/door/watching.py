"""Waiting for sockets; only those that may have changed are checked.

waitress's own loop asks each connection before each wait, which with a thousand idle ones is
most of what the web process does.
"""

from __future__ import annotations

import selectors
from collections.abc import Iterator
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from waitress import wasyncore

#: Anything that waitress keeps in its map: a connection, the listening socket, the trigger.
Channel = Any


class Watching:
    """What is waited for on each socket; the same as waitress would, kept from turn to turn."""

    def __init__(self, channels: dict[int, Channel]) -> None:
        self._channels = channels
        self._selector = selectors.DefaultSelector()
        self._watched: dict[int, int] = {}

    def look(self, channel: Channel) -> None:
        """Ask what it waits for now. To be called after every change of that."""
        number = channel._fileno
        if number is None:
            return
        wanted = EVENT_READ if channel.readable() else 0
        if channel.writable() and not channel.accepting:
            wanted |= EVENT_WRITE
        before = self._watched.get(number, 0)
        if wanted == before:
            return
        if not wanted:
            self.forget(number)
            return
        self._watched[number] = wanted
        (self._selector.modify if before else self._selector.register)(number, wanted)

    def forget(self, number: int) -> None:
        """Stop waiting for a socket. Call it before the socket is closed."""
        if self._watched.pop(number, 0):
            self._selector.unregister(number)

    def wait(self, seconds: float) -> Iterator[Channel]:
        """Let those read and write who can; give them."""
        for key, events in self._selector.select(seconds):
            channel = self._channels.get(key.fd)
            if channel is None:
                continue  # closed by one before it
            if events & EVENT_READ:
                wasyncore.read(channel)
            if events & EVENT_WRITE and self._channels.get(key.fd) is channel:
                wasyncore.write(channel)
            yield channel

    def close(self) -> None:
        self._selector.close()
