"""## What it does

Finds a callback whose language is not among `supervisor_language_flags` in qb.conf.

## Why is this bad?

Such a callback does nothing, without a word. It is the commonest reason for a callback that
never runs, because Qube's default leaves Perl and Python off. With no qb.conf at all, every
language is enabled here, which is our decision.

## Example

```text
supervisor_language_flags = "qube,post,mail,dependency,auto_wrangling"
```

## Use instead

```text
supervisor_language_flags = "qube,python,post,mail,dependency,auto_wrangling"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.document import shown
from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report callbacks whose language is off."""
    conf = ground.qb_conf
    for mapping in ground.mappings:
        if mapping.language is not None and not conf.enabled(mapping.language):
            message = (
                f"{shown(mapping.file)} never runs: {mapping.language} is not enabled "
                f"in {conf.path}; {conf.how_to_enable(mapping.language)}"
            )
            hint = "then restart Qube's supervisor, which does not reread it"
            yield Remark(place_of_file(mapping), message, hint)


RULE = Rule("QCB305", "disabled-language", "warning", check)
