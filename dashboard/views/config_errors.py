"""Errors that the checker finds in what is configured, remembered until something changes."""

from __future__ import annotations

from typing import Any

from dashboard.store.configuration import catalog, qb_conf
from qubecb.conffile.catalog import Catalog
from qubecb.lint import Finding, check_catalog

_kept: dict[Any, list[Finding]] = {}


def config_errors() -> list[Finding]:
    """Give the findings that are errors, in the order of the files.

    Every page of the overview asks for them, and ten thousand mappings take a second to
    check: what was found last is given again as long as files and scripts are the same.
    """
    found = catalog()
    key = _key(found)
    errors = _kept.get(key)
    if errors is None:
        findings = check_catalog(found, qb_conf())
        errors = [each for each in findings if each.severity == "error"]
        _kept.clear()
        _kept[key] = errors
    return errors


def _key(found: Catalog) -> tuple[object, ...]:
    return tuple(
        (
            each.path,
            each.revision,
            each.error,
            each.scripts,
            tuple((mapping.exists, mapping.readable) for mapping in each.mappings),
        )
        for each in found.directories
    )
