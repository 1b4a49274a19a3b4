"""The words of triggers: event names, types, contexts, and Qube time.

Follows "Triggers" and "Trigger Event Syntax" of Qube's documentation. What is our own
decision is said at the word; docs/triggers.md says it to administrators.
"""

from __future__ import annotations

import difflib
from datetime import UTC, datetime
from functools import lru_cache

from qubecb.events import QUBE_EPOCH
from qubecb.lookalikes import plain

#: Every event name that Qube is known to send, and when it does.
EVENT_NAMES = {
    "submit": "the job has been submitted",
    "complete": "set to complete",
    "failed": "has failed",
    "killed": "has been killed",
    "done": "set to complete, killed or failed",
    "blocked": "has been blocked",
    "running": "has started running",
    "waiting": "set to waiting",
    "assigned": "assigned to a host",
    "removed": "has been removed",
    "modified": "has been modified",
    "dummy": "placeholder name for time-based events",
    "timeout": "a time limit of the job has been reached",
    "unblock": "has been unblocked",
}
#: Every type, and what it refers to.
TYPES = {
    "job": "the whole job",
    "subjob": "one job instance",
    "work": "one agenda item, usually a frame",
    "host": "a worker host",
    "time": "a moment, for this job",
    "repeat": "an interval, for this job",
    "global": "a time event independent of any job",
    "globaltime": "a moment, once for the whole site",
    "globalrepeat": "an interval, for the whole site",
}
#: The contexts that are words of the language; any other is a label or a job id.
CONTEXTS = {
    "self": "this job",
    "parent": "the job whose id is this job's pid",
}
GLOBAL_TYPES = frozenset({"global", "globaltime", "globalrepeat"})
PLACEHOLDER = "dummy"
#: States that a job can go to without any documented event.
NEVER_SENT = frozenset({"pending", "suspended", "resumed"})
#: The last second that can be shown: the end of the year 9999, in Qube time.
LATEST_TIME = 253402300799 - QUBE_EPOCH
#: From here on (the year 2047) a Qube time is more likely to be a Unix time.
LIKELY_UNIX_TIME = 1_500_000_000

_LONGEST_GUESSED = 30
_OTHER_NAMES = {
    "finish": "done",
    "finished": "done",
    "ended": "done",
    "completed": "complete",
    "success": "complete",
    "succeeded": "complete",
    "fail": "failed",
    "failure": "failed",
    "error": "failed",
    "kill": "killed",
    "submitted": "submit",
    "start": "running",
    "started": "running",
    "run": "running",
    "block": "blocked",
    "unblocked": "unblock",
    "remove": "removed",
    "deleted": "removed",
    "modify": "modified",
    "changed": "modified",
    "assign": "assigned",
}
_OTHER_TYPES = {
    "frame": "work",
    "item": "work",
    "agenda": "work",
    "instance": "subjob",
    "worker": "host",
    "machine": "host",
}


def nearest(name: str) -> str | None:
    """The known event name that was most likely meant by an unknown one, or None."""
    if name.lower() in NEVER_SENT:
        return None
    return _nearest(name, tuple(EVENT_NAMES), "name")


def nearest_type(word: str) -> str | None:
    """The type that was most likely meant by an unknown one, or None."""
    return _nearest(word, tuple(TYPES), "type")


@lru_cache(maxsize=256)
def _nearest(word: str, known: tuple[str, ...], kind: str) -> str | None:
    if len(word) > _LONGEST_GUESSED:
        return None
    lower = plain(word).lower()
    others = _OTHER_NAMES if kind == "name" else _OTHER_TYPES
    for candidate in (lower, lower.removesuffix("s")):
        if candidate in known:
            return candidate
        if candidate in others:
            return others[candidate]
    found = difflib.get_close_matches(lower, known, n=1, cutoff=0.7)
    return found[0] if found else None


def looks_like(word: str, keyword: str) -> bool:
    """Whether `word` is `keyword` in other case or with one typing error."""
    lower = word.lower()
    if lower == keyword:
        return True
    if not -1 <= len(lower) - len(keyword) <= 1:
        return False
    if len(lower) == len(keyword):
        wrong = [at for at, char in enumerate(keyword) if char != lower[at]]
        return len(wrong) == 1 or (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and lower[wrong[0]] == keyword[wrong[1]]
            and lower[wrong[1]] == keyword[wrong[0]]
        )
    longer, shorter = sorted((lower, keyword), key=len, reverse=True)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def unix_time(qube: int) -> int:
    """Qube time (seconds since the Qube epoch) as Unix seconds."""
    return qube + QUBE_EPOCH


def qube_time(unix: float) -> int:
    """Unix seconds as Qube time, whole seconds."""
    return int(unix) - QUBE_EPOCH


def describe_time(qube: int) -> str:
    """A Qube time for people: `2002-07-06 22:10:00 UTC`."""
    moment = datetime.fromtimestamp(unix_time(qube), UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
