"""What a rule of the mask is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from qubecb.runner.secret_rules.shapes import VALUE


@dataclass(frozen=True)
class Rule:
    """Verbose patterns of two groups each: what stays, and what is secret behind it."""

    #: All of one of these are in every text that the patterns find something in, in lower case.
    #: The first of each is looked for in every text.
    stems: tuple[tuple[bytes, ...], ...]
    sources: tuple[str, ...]

    @cached_property
    def first_stems(self) -> frozenset[bytes]:
        return frozenset(first for first, *_ in self.stems)

    @cached_property
    def patterns(self) -> tuple[re.Pattern[bytes], ...]:
        """Compiled when a text holds one of the stems: all rules together take a while."""
        return tuple(re.compile(one.encode(), re.VERBOSE) for one in self.sources)


def rule(stems: str, *stays: str, hides: str = VALUE) -> Rule:
    """Make a rule; each part that stays should begin with a literal word.

    Then whole portions are searched for that word as fast as memory is read.
    """
    return Rule(
        tuple(tuple(one.encode().split(b"+")) for one in stems.split("|")),
        tuple(f"({one})({hides})" for one in stays),
    )
