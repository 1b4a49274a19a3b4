"""## What it does

Finds the event name `dummy` with a type that is not a time type.

## Why is this bad?

`dummy` is the placeholder in time events. Nothing sends it for a job, so the callback never
runs.

## Example

```conf
report.py = dummy-job-self
```

## Use instead

```conf
report.py = done-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report dummy without a time type."""
    return trigger_notes(ground, "dummy-without-time")


RULE = Rule("QCB219", "dummy-without-time", "warning", check)
