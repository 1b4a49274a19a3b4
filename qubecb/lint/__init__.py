"""The checker of callback directories: `check_catalog` gives findings.

One module a rule in `rules/`, found by `registry`; docs/rules.md is made from them.
"""

from __future__ import annotations

from qubecb.lint.checking import check_catalog, check_directory, check_text
from qubecb.lint.findings import Finding, Fix, Severity

__all__ = [
    "Finding",
    "Fix",
    "Severity",
    "check_catalog",
    "check_directory",
    "check_text",
]
