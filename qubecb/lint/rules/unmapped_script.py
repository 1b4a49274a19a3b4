"""## What it does

Finds a script in the callback directory that no mapping names.

## Why is this bad?

It never runs by itself. That is as it should be for a module that other callbacks import,
and a forgotten line for any other script.

## Example

```text
$ ls callback
callbacks.conf  report.py
$ cat callback/callbacks.conf
# nothing yet
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

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report scripts without a mapping."""
    for directory in ground.directories:
        for file in directory.unmapped if not directory.error else ():
            message = f"no mapping names {file}"
            hint = f"add `{file} = trigger` to callbacks.conf, unless others import it"
            yield Remark(Place(str(directory.path / file)), message, hint)


RULE = Rule("QCB304", "unmapped-script", "info", check)
