r"""## What it does

Finds `\*` in the place of `*`.

## Why is this bad?

Two published pages of the documentation print the star escaped. It is read as `*` here,
which is our decision; Qube itself may wait for an item with that name.

## Example

```conf
report.py = failed-work-self-\*
```

## Use instead

```conf
report.py = failed-work-self-*
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report the escaped star."""
    return trigger_notes(ground, "escaped-star", "Write the star")


RULE = Rule("QCB232", "escaped-star", "warning", check)
