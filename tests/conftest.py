"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A machine that is busy is no failure: nothing here is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
