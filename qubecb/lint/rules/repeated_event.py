"""## What it does

Finds the same event twice in one group.

## Why is this bad?

Once is enough; perhaps another event was meant.

## Example

```conf
report.py = failed-job-self || failed-job-self
```

## Use instead

```conf
report.py = failed-job-self || killed-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report the same event twice."""
    return trigger_notes(ground, "repeated-event")


RULE = Rule("QCB223", "repeated-event", "info", check)
