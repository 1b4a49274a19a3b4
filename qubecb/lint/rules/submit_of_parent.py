"""## What it does

Finds `submit-job-parent`.

## Why is this bad?

The parent was submitted before the job, and an event from before a job's submission does
not count for it, so the callback never runs.

## Example

```conf
report.py = submit-job-parent
```

## Use instead

```conf
report.py = submit-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report waiting for the submission of the parent."""
    return trigger_notes(ground, "submit-of-parent")


RULE = Rule("QCB222", "submit-of-parent", "warning", check)
