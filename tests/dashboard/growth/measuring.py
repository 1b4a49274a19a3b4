"""Measures how work grows with its input, and how long it keeps other threads waiting.

In processor time, so that what else a machine does counts little, and as ratios. A machine may
still be so busy that one measurement is wrong: what does not hold is measured again.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

from qubecb.collecting import uncollected

#: Work with an input of some size, made beforehand: what is measured is the call.
Work = Callable[[], object]
#: Makes work of 1, 4 or 16 times an input.
Door = Callable[[int], Work]
#: Seconds below which nothing is compared: there it is not the input that takes time.
FLOOR = 0.02
#: Four times the input may take at most so many times the work.
RATIO = 5.0
_ATTEMPTS = 6
_LISTS = "[" + "[]," * 700_000 + "1]"


def grows_with_its_input(make: Door) -> bool:
    """Whether 4 times the input takes at most 5 times the work, in the mean of two steps."""
    works = [make(times) for times in (1, 4, 16)]
    best = [float("inf")] * 3
    for _ in range(_ATTEMPTS):
        best = [min(one, _seconds(work)) for one, work in zip(best, works, strict=True)]
        if best[2] < FLOOR or best[2] <= RATIO**2 * max(best[0], FLOOR / RATIO**2):
            return True
    raise AssertionError("1, 4, 16 times: " + ", ".join(f"{one:.4f} s" for one in best))


def is_sooner(work: Work, than: Work) -> bool:
    """Whether some work takes less processor time than another."""
    return any(_seconds(work) < _seconds(than) for _ in range(_ATTEMPTS))


def _seconds(work: Work) -> float:
    with uncollected():  # the collector looks at all that the tests have made, too
        began = time.thread_time()
        work()
        return time.thread_time() - began


def lets_others_work(work: Work) -> bool:
    """Whether work never keeps a thread waiting that ticks each millisecond.

    Each hold takes less processor time than reading 700,000 lists at once: 35 ms on a machine
    that does nothing else, and more on one whose processors are shared, where holds are longer.
    """
    return any(_hold(work) < _seconds(_read_at_once) for _ in range(_ATTEMPTS))


def _read_at_once() -> object:
    return json.loads(_LISTS)


def _hold(work: Work) -> float:
    longest, over = 0.0, threading.Event()

    def tick() -> None:
        nonlocal longest
        before = time.process_time()
        while not over.wait(0.001):
            now = time.process_time()
            longest, before = max(longest, now - before), now

    ticking = threading.Thread(target=tick)
    ticking.start()
    try:
        work()
    finally:
        over.set()
        ticking.join()
    return longest
