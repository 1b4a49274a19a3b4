"""## What it does

Finds an extra after a type that has none, such as `job`, and a context after a type that
is independent of any job.

## Why is this bad?

The trigger cannot be read, so the callback never runs. Often the type is the mistake: one
agenda item is `work`, one instance is `subjob`.

## Example

```conf
report.py = done-job-self-5
```

## Use instead

```conf
report.py = done-work-self-5
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_errors

CODES = frozenset({"needless-extra", "needless-context"})


def check(ground: Ground) -> Iterator[Remark]:
    """Report extras and contexts that the type has not."""
    return trigger_errors(ground, CODES, "Leave it out")


RULE = Rule("QCB203", "needless-extra", "error", check)
