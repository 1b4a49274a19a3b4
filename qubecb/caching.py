"""Remembering what was computed, within a number of bytes instead of a number of entries.

A thousand entries are little when a text has a line, and gigabytes when it has a mebibyte.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

#: What an entry takes besides what is weighed.
_ENTRY = 500


class Cache:
    """Entries by key, the longest unused dropped first. For any thread."""

    def __init__(self, most: int) -> None:
        """Take how many bytes all entries together may have."""
        self.most = most
        self.held = 0
        self._entries: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> tuple[object, int] | None:
        """Give a value with its weight, or None."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
            return found

    def put(self, key: Hashable, value: object, weight: int) -> None:
        """Keep a value of that many bytes, unless it alone would take a quarter of all."""
        weight += _ENTRY
        if weight > self.most // 4:
            return
        with self._lock:
            before = self._entries.pop(key, (None, 0))
            self._entries[key] = (value, weight)
            self.held += weight - before[1]
            while self.held > self.most:
                _, (_, gone) = self._entries.popitem(last=False)
                self.held -= gone


def remembered(
    most: int, weigh: Callable[..., int]
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Remember what a function gives for its arguments, in `most` bytes.

    `weigh` is given the result, then the arguments; it says about how many bytes they take.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        cache = Cache(most)

        @functools.wraps(function)
        def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            key = (args, *kwargs.items())
            found = cache.get(key)
            if found is not None:
                return found[0]  # type: ignore[return-value]  # put by this function
            result = function(*args, **kwargs)
            cache.put(key, result, weigh(result, *args, **kwargs))
            return result

        wrapped.cache = cache  # type: ignore[attr-defined]  # for tests
        return wrapped

    return decorate
