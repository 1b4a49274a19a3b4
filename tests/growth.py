"""Measures how work grows with its input, and how long it keeps other threads waiting.

In processor time, so that what else a machine does counts little, and as ratios. A machine may
still be so busy that one measurement is wrong: what does not hold is measured again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from qubecb.collecting import uncollected

#: Work with an input of some size, made beforehand: what is measured is the call.
Work = Callable[[], object]
#: Seconds below which nothing is compared: there it is not the input that takes time.
FLOOR = 0.02
#: Four times the input may take at most so many times the work.
RATIO = 5.0
_ATTEMPTS = 6


def grows_with_its_input(make: Callable[[int], Work]) -> bool:
    """Whether 4 and 16 times the input take at most 5 and 25 times the work."""
    works = [make(times) for times in (1, 4, 16)]
    best = [float("inf")] * 3
    for _ in range(_ATTEMPTS):
        best = [min(one, _seconds(work)) for one, work in zip(best, works, strict=True)]
        if _is_linear(*best):
            return True
    raise AssertionError("1, 4, 16 times: " + ", ".join(f"{one:.4f} s" for one in best))


def _seconds(work: Work) -> float:
    with uncollected():  # the collector looks at all that the tests have made, too
        began = time.thread_time()
        work()
        return time.thread_time() - began


def _is_linear(one: float, four: float, sixteen: float) -> bool:
    return all(
        more < FLOOR or more <= RATIO**steps * max(less, FLOOR / 16)
        for less, more, steps in ((one, four, 1), (four, sixteen, 1), (one, sixteen, 2))
    )


def longest_hold(work: Work) -> float:
    """Seconds of processor time that work keeps a thread waiting that ticks each millisecond."""
    return min(_hold(work) for _ in range(_ATTEMPTS))


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
