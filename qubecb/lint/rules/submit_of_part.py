"""## What it does

Finds `submit` with another type than `job`.

## Why is this bad?

Only a whole job is submitted, so the callback never runs.

## Example

```conf
report.py = submit-work-self-*
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
    """Report submit with another type than job."""
    return trigger_notes(ground, "submit-of-part")


RULE = Rule("QCB221", "submit-of-part", "warning", check)
