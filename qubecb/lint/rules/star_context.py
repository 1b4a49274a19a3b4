"""## What it does

Finds `*` in the place of the context.

## Why is this bad?

A universal callback is already attached to every job, so `self` is what is meant. The star
as context belongs to no documented form, and the callback never runs.

## Example

```conf
report.py = failed-job-*
```

## Use instead

```conf
report.py = failed-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_errors

CODES = frozenset({"star-context"})


def check(ground: Ground) -> Iterator[Remark]:
    """Report the star as context."""
    return trigger_errors(ground, CODES, "Write self")


RULE = Rule("QCB204", "star-context", "error", check)
