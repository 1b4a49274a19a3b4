"""## What it does

Finds a file name that no callback may have: with a slash or a control character, with a
dot or a dash at its beginning, or longer than 255 bytes.

## Why is this bad?

A callback stands in the callback directory itself. Such a name could lead out of it, hide
in a listing, or be taken as an option by a program; the callback never runs.

## Example

```conf
../tools/report.py = done-job-self
```

## Use instead

```conf
report.py = done-job-self
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report file names that are refused."""
    for mapping in ground.mappings:
        if mapping.name_error is not None:
            message = f"the file name {mapping.name_error}"
            hint = "put the file, or a link to it, into the callback directory"
            yield Remark(place_of_file(mapping), message, hint)


RULE = Rule("QCB112", "forbidden-file-name", "error", check)
