"""Finds a file name that is mapped in two callback directories."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.catalog import DirectoryMapping
from qubecb.conffile.document import shown
from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report names that are mapped in several directories."""
    homes: dict[str, dict[str, DirectoryMapping]] = {}
    for mapping in ground.mappings:
        homes.setdefault(mapping.file, {}).setdefault(str(mapping.directory), mapping)
    for file, known in homes.items():
        for directory, mapping in known.items() if len(known) > 1 else ():
            others = [home for home in known if home != directory]
            message = f"{shown(file)} is mapped in {', '.join(others)} too"
            hint = f"this one runs {directory}/{shown(file)}; both run"
            yield Remark(place_of_file(mapping), message, hint)


RULE = Rule("QCB114", "same-name-in-two-directories", "info", check)
