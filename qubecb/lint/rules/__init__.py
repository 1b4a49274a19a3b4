"""One module a rule. Codes: 1 file, 2 triggers, 3 scripts, 4 settings, 5 qb.conf."""

from __future__ import annotations
