"""`supervisor_language_flags`: names or a sum.

Follows "Configuration Parameter Reference": names, comma-separated and possibly quoted, or a
decimal sum; `6` is the same as `"perl,python"`.
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
#: What holds when qb.conf does not say: Perl and Python are off.
DEFAULT_FLAGS = "qube,post,mail,dependency,auto_wrangling"


def read_flags(text: str) -> tuple[frozenset[str], list[str]]:
    """The flags that are set, and a sentence for each part that cannot be read."""
    flags: set[str] = set()
    faults = []
    for part in re.split(r"[\s,|\"']+", text):
        name = part.lower()
        if name in FLAGS:
            flags.add(name)
        elif re.fullmatch("[0-9]{1,6}", part):
            total = int(part)
            flags.update(flag for flag, value in FLAGS.items() if total & value)
            if total > sum(FLAGS.values()):
                faults.append(
                    f"supervisor_language_flags: {part} has bits beyond "
                    f"{sum(FLAGS.values())}, which name nothing"
                )
        elif part:
            faults.append(
                f"supervisor_language_flags: {part[:40]!a} is no flag; the flags "
                f"are {', '.join(FLAGS)}"
            )
    return frozenset(flags), faults
