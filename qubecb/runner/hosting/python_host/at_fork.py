"""What modules want done when their process forks: kept from the host, there for callbacks.

Plain Python 3.6. `threading`, `logging` and `random` ask at their import to be called at every
fork. The host has one thread and holds no lock, so that nothing of it is needed at its own
forks but a new seed, and it would be a third of what starting a callback costs. A callback may
have threads and fork, too: what was asked for is asked again when its process begins.
"""

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Optional, Tuple

    from qubecb.runner.hosting.python_host import loading

    Called = List[Callable[[], Any]]
else:
    import loading

_KEPT_BACK = frozenset(["threading", "logging", "random"])
#: Lists of the interpreter, each with what we took out of it.
_kept: "List[Tuple[Called, Called]]" = []
_seed: "Optional[Callable[[], None]]" = None
_main_thread: "Dict[str, Any]" = {}


def keep_back() -> None:
    """Take back what those modules have asked for: after they are imported, before forks.

    Python has no function for it. Its lists are found by what we add to them; in a Python
    where they are not found, everything is called at each fork as ever.
    """
    global _seed, _main_thread  # of the interpreter, as what they stand for
    random, threading = sys.modules.get("random"), sys.modules.get("threading")
    if random is not None:
        _seed = super(random.Random, random._inst).seed
    if threading is not None:
        _main_thread = vars(threading.main_thread())
    for kind in ("before", "after_in_child", "after_in_parent"):
        mark = _mark()
        try:
            os.register_at_fork(**{kind: mark})
        except AttributeError:  # Python 3.6 knows nothing of it
            return
        for found in gc.get_referrers(mark):
            if type(found) is list and found[-1] is mark:
                ours = [each for each in found if _asked_by(each) in _KEPT_BACK]
                found[:] = [each for each in found[:-1] if each not in ours]
                _kept.append((found, ours))


def begin() -> None:
    """Ask again, in a child just forked, and do what is needed now."""
    for found, ours in _kept:
        found += ours
    if _seed is not None:
        _seed()
    for generator in loading.unseeded:
        generator.seed()
    _main_thread["_native_id"] = os.getpid()


def threads_left() -> "List[str]":
    """Name the threads besides the main one: a process that has any must not be forked."""
    names = []
    threading = sys.modules.get("threading")
    if threading is not None:
        names = [
            thread.name
            for thread in threading.enumerate()
            if thread is not threading.main_thread()
        ]
    try:
        count = len(os.listdir("/proc/self/task")) - 1
    except OSError:
        count = len(names)
    return names + ["unnamed"] * (count - len(names))


def _mark() -> "Callable[[], None]":
    return lambda: None


def _asked_by(called: "Callable[[], Any]") -> str:
    return str(getattr(called, "__module__", ""))
