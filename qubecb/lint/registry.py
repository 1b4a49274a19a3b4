"""Finds the rules: every module of `qubecb.lint.rules` is one.

A rule's module holds `RULE` and is documented by its own docstring, under the headings of
`SECTIONS`; docs/rules.md is made from them. To add a rule, add a module.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from qubecb.lint import rules
from qubecb.lint.rule import Rule

SECTIONS = ("What it does", "Why is this bad?", "Example", "Use instead")


@dataclass(frozen=True, slots=True)
class DocumentedRule:
    """A rule, and what its module says of it."""

    rule: Rule
    module: str
    documentation: str


@cache
def all_rules() -> tuple[DocumentedRule, ...]:
    """Every rule, in the order of the codes."""
    found = []
    for info in pkgutil.iter_modules(rules.__path__):
        module = import_module(f"{rules.__name__}.{info.name}")
        rule = module.RULE
        if not isinstance(rule, Rule):
            raise TypeError(f"{module.__name__}.RULE is not a Rule")
        found.append(DocumentedRule(rule, info.name, (module.__doc__ or "").strip()))
    return tuple(sorted(found, key=lambda each: each.rule.code))
