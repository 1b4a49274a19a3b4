"""## What it does

Finds a label that holds a blank.

## Why is this bad?

Blanks end an event, so such a label cannot be written in a trigger. Only the job id can
name the job, or a label without a blank.

## Example

```conf
report.py = done-job-final comp
```

## Use instead

```conf
report.py = done-job-final_comp
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_errors

CODES = frozenset({"label-blank"})


def check(ground: Ground) -> Iterator[Remark]:
    """Report labels with a blank."""
    return trigger_errors(ground, CODES)


RULE = Rule("QCB206", "blank-in-label", "error", check)
