"""What the mask takes for a secret: rules, and what they are tried for.

Each module holds the `RULES` of one kind. Their order sees to it that masking a second time finds the
same: forms come first, what counts words comes after what masks words.
"""

from __future__ import annotations

from qubecb.runner.secret_rules import assigned, code, commands, forms, headers

RULES = (
    *forms.RULES,
    *headers.RULES,
    *code.RULES,
    *assigned.RULES,
    *commands.RULES,
    *assigned.LAST,
)
