"""## What it does

Finds a time that is probably meant as Unix time.

## Why is this bad?

Times in a trigger are Qube time: Unix time minus 946702800. Taken as Qube time, a Unix time
of today lies decades ahead.

## Example

```conf
nightly.py = globaltime-1764000000
```

## Use instead

```conf
nightly.py = globaltime-817297200
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report times that are probably Unix times."""
    return trigger_notes(ground, "unix-time", "Write it in Qube time")


RULE = Rule("QCB220", "unix-time", "warning", check)
