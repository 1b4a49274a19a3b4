"""## What it does

Finds a mapping whose file does not exist in the callback directory.

## Why is this bad?

Every time the trigger is true, the callback fails.

## Example

```text
$ ls callback
callbacks.conf
$ cat callback/callbacks.conf
report.py = done-job-self
```

## Use instead

```text
$ ls callback
callbacks.conf  report.py
$ cat callback/callbacks.conf
report.py = done-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from qubecb.conffile.document import shown
from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report mappings without their file."""
    for directory in ground.directories:
        unmapped = directory.unmapped[:_MOST_COMPARED]
        for mapping in directory.mappings:
            if mapping.name_error is None and not mapping.exists:
                message = f"{shown(mapping.file)} does not exist in this directory"
                near = get_close_matches(mapping.file, unmapped, 1) if unmapped else []
                hint = f"did you mean {near[0]}?" if near else _HINT
                yield Remark(place_of_file(mapping), message, hint)


_HINT = "put the script there, or take the line out"
#: More unmapped files are not compared, so that a large directory stays quick.
_MOST_COMPARED = 20


RULE = Rule("QCB302", "missing-script", "error", check)
