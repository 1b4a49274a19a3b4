"""## What it does

Finds a callbacks.conf that cannot be read: no right to, or no regular file.

## Why is this bad?

None of the directory's callbacks can be followed as they stand now.

## Example

```text
$ ls -l callback/callbacks.conf
-rw------- 1 root root 512 callbacks.conf
```

## Use instead

```text
$ ls -l callback/callbacks.conf
-rw-r--r-- 1 root root 512 callbacks.conf
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report callbacks.conf files that cannot be read."""
    for directory in ground.directories:
        if directory.trouble == "config":
            hint = "make it a regular file that this service's user may read"
            yield Remark(Place(str(directory.config_path)), directory.error or "", hint)


RULE = Rule("QCB103", "unreadable-configuration", "error", check)
