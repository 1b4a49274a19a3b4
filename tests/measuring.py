"""Measures how work grows with its input, and how long it keeps other threads waiting.

In processor time, so that what else a machine does counts little, and as ratios. A machine may
still be so busy that one measurement is wrong: what does not hold is measured again.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

from qubecb.collecting import keep_what_is_loaded, uncollected

#: Work with an input of some size, made beforehand: what is measured is the call.
Work = Callable[[], object]
#: Makes work of some times an input.
Door = Callable[[int], Work]
#: How much larger the larger input is.
TIMES = 16
#: How many times the work it may take. Work linear in the input takes 16 times, and twice that
#: where its values do not fit into the processor's caches any more; quadratic work 256 times.
MOST = 40.0
#: Seconds below which nothing is compared: there it is not the input that takes time.
FLOOR = 0.02
_ATTEMPTS = 10
_LISTS = "[" + "[]," * 700_000 + "1]"


def grows_with_its_input(make: Door) -> bool:
    """Whether 16 times the input takes at most 40 times the work, each at its quickest."""
    small, large = make(1), make(TIMES)
    little = much = float("inf")
    for _ in range(_ATTEMPTS):
        # also without what is only done the first time
        little = min(little, *(seconds(small) for _ in range(3)))
        much = min(much, seconds(large))
        if much < FLOOR or much <= MOST * max(little, FLOOR / MOST):
            return True
    raise AssertionError(f"1 and {TIMES} times: {little:.4f} s, {much:.4f} s")


def is_sooner(work: Work, than: Work) -> bool:
    """Whether some work takes less processor time than another."""
    return any(seconds(work) < seconds(than) for _ in range(_ATTEMPTS))


def seconds(work: Work) -> float:
    """The processor time of this thread that work takes."""
    with uncollected():  # the collector looks at all that the tests have made, too
        began = time.thread_time()
        work()
        return time.thread_time() - began


def lets_others_work(work: Work) -> bool:
    """Whether work never keeps a thread waiting that ticks each millisecond.

    Each hold takes less processor time than reading 700,000 lists at once: 35 ms on a machine
    that does nothing else, and more on one whose processors are shared, where holds are longer.
    """
    keep_what_is_loaded()  # as all our processes do; tests have made more than these ever hold
    return any(_hold(work) < seconds(_read_at_once) for _ in range(_ATTEMPTS))


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
