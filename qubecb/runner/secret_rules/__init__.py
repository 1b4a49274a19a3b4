"""What the mask takes for a secret: rules, and what they are tried for.

Each module holds the `RULES` of one kind. Forms come first: what is known by its form is no
placeholder, whatever stands around it.
"""

from __future__ import annotations

from qubecb.runner.secret_rules import assigned, code, commands, forms, headers

RULES = (
    *forms.RULES,
    *headers.RULES,
    *code.RULES,
    *commands.RULES,
    *assigned.RULES,
)
