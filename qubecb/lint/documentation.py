"""Makes docs/rules.md from the rules: `python -m qubecb.lint.documentation > docs/rules.md`."""

from __future__ import annotations

import sys

from qubecb.lint.registry import all_rules, document
from qubecb.lint.rule import Rule

COMMAND = "python -m qubecb.lint.documentation > docs/rules.md"
_HEAD = f"""\
# Rules of the checker

What `qubecb check` and the pages of the dashboard say about a callback directory. Made from
the rules themselves; to make it again: `{COMMAND}`.

An **error** is something that does not work; `qubecb check` then ends with status 1. A
**warning** works, but probably not as meant. An **information** is worth knowing.

| code | name | severity |
|---|---|---|
"""
_SEVERITIES = {"error": "error", "warning": "warning", "info": "information"}


def render() -> str:
    """The whole of docs/rules.md."""
    rules = all_rules()
    rows = "".join(_row(each) for each in rules)
    return "\n".join([_HEAD + rows, *(_section(each) for each in rules)])


def _row(rule: Rule) -> str:
    link = f"[{rule.code}](#{rule.code.lower()}-{rule.name})"
    return f"| {link} | {rule.name} | {_SEVERITIES[rule.severity]} |\n"


def _section(rule: Rule) -> str:
    severity = _SEVERITIES[rule.severity].capitalize()
    text = document(rule).replace("## ", "### ")
    return f"## {rule.code} {rule.name}\n\n{severity}.\n\n{text}\n"


if __name__ == "__main__":
    sys.stdout.write(render())
