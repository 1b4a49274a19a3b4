"""Finds the rules: the table of those about triggers, and every module of `qubecb.lint.rules`.

A rule's module holds `RULE`. Each rule has a document, `documents/NAME.md`, all under the same
headings; docs/rules.md is made from them. To add a rule, add a row to the table or a module, and
its document.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from qubecb.lint import rules
from qubecb.lint.rule import Rule
from qubecb.lint.trigger_rules import TRIGGER_RULES

_DOCUMENTS = Path(__file__).parent / "documents"


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    found = [row.rule for row in TRIGGER_RULES]
    for info in pkgutil.iter_modules(rules.__path__):
        module = import_module(f"{rules.__name__}.{info.name}")
        found.append(module.RULE)
    return tuple(sorted(found, key=lambda rule: rule.code))


def document(rule: Rule) -> str:
    """What the rule finds, why that is bad, and what to write instead: Markdown."""
    return (_DOCUMENTS / f"{rule.name}.md").read_text(encoding="utf-8").strip()
