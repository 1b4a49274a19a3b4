"""## What it does

Finds a label that looks like `self`, `parent` or a job id, but is none.

## Why is this bad?

It is read as the label of another job, so the trigger waits for a job that probably does
not exist.

## Example

```conf
report.py = done-job-Self
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
    """Report labels that look like self or parent."""
    return trigger_notes(ground, "label-like-keyword", "Write the word as it is known")


RULE = Rule("QCB216", "label-like-keyword", "warning", check)
