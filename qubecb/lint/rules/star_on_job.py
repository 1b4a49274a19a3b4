"""## What it does

Finds the type `job` with `-*` after its context.

## Why is this bad?

Older pages of Qube's documentation show `failed-job-self-*`. The type `job` has no extra;
the star is ignored here, and other readers may refuse it.

## Example

```conf
report.py = failed-job-self-*
```

## Use instead

```conf
report.py = failed-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report the star after a job."""
    return trigger_notes(ground, "star-extra-on-job", "Leave out the star")


RULE = Rule("QCB213", "star-on-job", "warning", check)
