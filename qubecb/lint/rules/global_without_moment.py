"""## What it does

Finds the type `global` by itself.

## Why is this bad?

It has no moment, so it never fires.

## Example

```conf
nightly.py = dummy-global
```

## Use instead

```conf
nightly.py = dummy-globalrepeat-800000000-86400
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report a plain global."""
    return trigger_notes(ground, "global-never")


RULE = Rule("QCB214", "global-without-moment", "warning", check)
