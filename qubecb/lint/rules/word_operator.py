"""## What it does

Finds the words `and` and `or` as operators.

## Why is this bad?

Public pipelines write them, and they are read as `&&` and `||` here, which is our decision.
The documentation knows only the signs, so Qube itself may not understand the words.

## Example

```conf
report.py = failed-job-self or killed-job-self
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
    """Report the words and, or."""
    return trigger_notes(ground, "word-operator", "Write the sign")


RULE = Rule("QCB231", "word-operator", "warning", check)
