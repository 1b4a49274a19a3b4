"""## What it does

Finds an event name that is not among those that Qube sends, and gives the nearest known one.

## Why is this bad?

Any name is allowed, since a site may define its own. But an unknown name is nearly always a
typing error, and then the callback never runs, without a word.

## Example

```conf
report.py = faild-job-self
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
    """Report event names that Qube does not send."""
    return trigger_notes(ground, "unknown-name", "Write the known name")


RULE = Rule("QCB211", "unknown-event-name", "warning", check)
