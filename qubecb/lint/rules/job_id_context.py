"""## What it does

Finds a job id in the place of the context.

## Why is this bad?

The callback is attached to every job: one event of job 1234 runs it once for each job that
is attached at that moment. Nearly always `self`, `parent` or a label is meant.

## Example

```conf
report.py = done-job-1234
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
    """Report job ids as context."""
    return trigger_notes(ground, "job-id-context")


RULE = Rule("QCB212", "job-id-context", "warning", check)
