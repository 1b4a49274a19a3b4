"""## What it does

Finds a star within a longer label, item or host name.

## Why is this bad?

There it is an ordinary character. Only a star that stands alone matches any.

## Example

```conf
report.py = running-host-self-node*
```

## Use instead

```conf
report.py = running-host-self-*
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report stars within a text."""
    return trigger_notes(ground, "partial-star")


RULE = Rule("QCB217", "partial-star", "warning", check)
