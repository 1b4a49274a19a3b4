"""## What it does

Finds an event whose type needs an extra and has none: `subjob` an instance id, `work` an
item's name, `host` a host name, the time types a time; `*` stands for any.

## Why is this bad?

The trigger cannot be read, so the callback never runs.

## Example

```conf
report.py = failed-work-self
```

## Use instead

```conf
report.py = failed-work-self-*
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_errors

CODES = frozenset({"missing-extra"})


def check(ground: Ground) -> Iterator[Remark]:
    """Report types without the extra that they need."""
    return trigger_errors(ground, CODES, "Match any")


RULE = Rule("QCB202", "missing-extra", "error", check)
