"""## What it does

Finds a comma or a semicolon within a name.

## Why is this bad?

Nothing is separated by commas: `5,6` is one item with that name. Whole events are joined
with `||`.

## Example

```conf
report.py = done-work-self-5,6
```

## Use instead

```conf
report.py = done-work-self-5 || done-work-self-6
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report commas within a name."""
    return trigger_notes(ground, "comma")


RULE = Rule("QCB218", "comma-in-name", "warning", check)
