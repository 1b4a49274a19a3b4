"""How many connections, how long each may take, and how much a stranger may say."""

from __future__ import annotations

import resource
from dataclasses import dataclass

#: Seconds until the first request has begun, and from its first byte until its head is whole.
HEAD = 20.0
#: Seconds that a connection may be silent between two requests. Proxies close theirs after 60; if
#: we closed first, they would send requests into closed connections.
SILENCE = 75.0
#: Seconds from the first byte of a request until its body is complete, and until an answer is
#: read; plus a second for each so many bytes.
PATIENCE, SLOWEST = 60.0, 64 * 1024
#: Seconds for which the rest of a refused request is read and discarded.
REFUSED = 30.0

#: Most bytes of a head, and of a body from an unknown sender.
LARGEST_HEAD, LARGEST_OF_STRANGERS = 32 * 1024, 64 * 1024
#: Most bytes of any body: more than is accepted (dashboard.project.body_size), to leave room for
#: what chunks add.
LARGEST_BODY = 16 * 1024 * 1024
#: Bytes of one line between the chunks of a body, and of what may follow the last.
LARGEST_LINE = 4096

#: Connections at a time, if the limit of open files allows.
MOST = 4096
#: The share of these that one address may have.
PART = 4
#: Files that a connection may need: its own, and one that it sends.
FILES = 2


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be: of all, and of one address."""

    most: int = MOST
    of_one: int = MOST // PART


def allowed(size: int) -> float:
    """Give the seconds in which so many bytes must have come or gone."""
    return PATIENCE + size / SLOWEST


def raise_files() -> int:
    """Raise this process's limit of open files as far as it may; give the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = MOST * FILES
    if soft < needed:
        soft = min(hard, needed) if hard != resource.RLIM_INFINITY else needed
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft


def bounds(files: int) -> Bounds:
    """Give how many connections fit into this limit of open files."""
    most = max(PART, min(MOST, files // FILES))
    return Bounds(most, most // PART)
