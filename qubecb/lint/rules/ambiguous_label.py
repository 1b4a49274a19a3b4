"""## What it does

Finds a label and an extra with more than one hyphen in the types `work` and `host`.

## Why is this bad?

Labels and item names may both hold hyphens. The label is taken to end at the first one,
which is our decision; if the label itself holds one, the trigger waits for another job.

## Example

```conf
report.py = done-work-comp-final-7
```

## Use instead

```conf
report.py = done-work-compfinal-7
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark
from qubecb.lint.rule import Ground, Rule, trigger_notes


def check(ground: Ground) -> Iterator[Remark]:
    """Report labels that may be cut at the wrong hyphen."""
    return trigger_notes(ground, "label-ambiguity")


RULE = Rule("QCB215", "ambiguous-label", "warning", check)
