"""## What it does

Finds an event that begins with `link-`.

## Why is this bad?

`link-complete-job-220` belongs to the dependency language of a job's submission, not to
triggers. The trigger cannot be read, so the callback never runs. A comma joins events
there, and an item that is not named means each of them: a trigger says `&&` and `*`.

## Example

```conf
report.py = link-done-job-parent
```

## Use instead

```conf
report.py = done-job-parent
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_errors

CODES = frozenset({"link-prefix"})


def check(ground: Ground) -> Iterator[Remark]:
    """Report events that begin with link-."""
    return trigger_errors(ground, CODES, "Drop link-")


RULE = Rule("QCB205", "link-prefix", "error", check)
