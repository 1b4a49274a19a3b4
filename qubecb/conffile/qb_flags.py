"""`supervisor_language_flags`: names or a sum.

Follows "Configuration Parameter Reference": names, comma-separated and possibly quoted, or a
sum, decimal or hexadecimal; `6` and `0x6` are the same as `"perl,python"`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Every flag and its value, in the order of their values.
FLAGS: Mapping[str, int] = {
    "qube": 1,
    "perl": 2,
    "python": 4,
    "post": 8,
    "mail": 16,
    "dependency": 32,
    "auto_wrangling": 64,
}
#: The default: Perl and Python are off.
DEFAULT_FLAGS = "qube,post,mail,dependency,auto_wrangling"


_DECIMAL = re.compile(r"[0-9]{1,9}\Z")
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,8}\Z")


def read_flags(text: str) -> tuple[frozenset[str], list[str]]:
    """The flags that are set, and a sentence for each part that cannot be read."""
    flags: set[str] = set()
    faults = []
    for part in re.split(r"[\s,|\"']+", text):
        total = _sum(part)
        if part.lower() in FLAGS:
            flags.add(part.lower())
        elif total is not None:
            flags.update(flag for flag, value in FLAGS.items() if total & value)
            if total > sum(FLAGS.values()):
                faults.append(
                    f"supervisor_language_flags: {part} has bits beyond "
                    f"{sum(FLAGS.values())}, which mean nothing"
                )
        elif part:
            faults.append(
                f"supervisor_language_flags: {part[:40]!a} is not a flag; the flags "
                f"are {', '.join(FLAGS)}, or their sum"
            )
    return frozenset(flags), faults


def _sum(part: str) -> int | None:
    """A sum of flags, or None for any other text."""
    if _DECIMAL.match(part):
        return int(part)
    return int(part, 16) if _HEXADECIMAL.match(part) else None
