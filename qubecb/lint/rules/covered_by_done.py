"""## What it does

Finds `complete`, `failed` or `killed` beside a `done` that includes it.

## Why is this bad?

A job that is set to complete, failed or killed is done. The trigger fires once all the
same, so the other event says nothing.

## Example

```conf
report.py = done-job-self || failed-job-self
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
    """Report what done includes."""
    return trigger_notes(ground, "done-covers")


RULE = Rule("QCB224", "covered-by-done", "info", check)
