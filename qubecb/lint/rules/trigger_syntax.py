"""## What it does

Finds a trigger that cannot be read, with the exact column; the more particular mistakes have
rules of their own.

## Why is this bad?

The mapping does nothing, or keeps its last good meaning if it had one. The other lines
count all the same.

## Example

```conf
report.py = failed-job-self & killed-job-self
```

## Use instead

```conf
report.py = failed-job-self && killed-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_errors
from qubecb.triggers import ERROR_CODES

_OF_OTHER_RULES = {
    "missing-extra",
    "needless-extra",
    "needless-context",
    "star-context",
    "link-prefix",
    "label-blank",
}
CODES = frozenset(ERROR_CODES) - _OF_OTHER_RULES


def check(ground: Ground) -> Iterator[Remark]:
    """Report triggers that cannot be read."""
    return trigger_errors(ground, CODES)


RULE = Rule("QCB201", "trigger-syntax", "error", check)
