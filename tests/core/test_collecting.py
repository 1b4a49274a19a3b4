"""What the garbage collector looks at."""

from __future__ import annotations

import gc
import weakref

from qubecb.collecting import keep_what_is_loaded


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_looked_at_no_more_and_later_garbage_is() -> None:
    before = gc.get_freeze_count()
    loaded = len(gc.get_objects())
    keep_what_is_loaded()
    assert gc.get_freeze_count() - before > loaded / 2
    assert len(gc.get_objects()) < loaded / 2
    gone = weakref.ref(Ring())
    gc.collect()
    assert gone() is None
