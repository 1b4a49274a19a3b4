"""What the checker says of what is configured, remembered until something that it reads changes.

Pages ask for it again and again, and ten thousand mappings take a second to check.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from dashboard.store.configuration.observing import catalog
from dashboard.store.configuration.site import qb_conf
from qubecb.conffile.catalog import Catalog, Directory, DirectoryMapping
from qubecb.conffile.qb_conf import QubConf
from qubecb.lint import Finding, check_catalog


@dataclass(frozen=True, slots=True)
class Checked:
    """The callback directories as they count, with qb.conf and what the checker says of both."""

    catalog: Catalog
    conf: QubConf
    #: In the order of the files.
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """The findings that are errors."""
        return [each for each in self.findings if each.severity == "error"]


#: What was read last, and the findings of that.
_kept: list[tuple[object, tuple[Finding, ...]]] = []


def checked() -> Checked:
    """Read what is configured, and check it unless nothing has changed since it was checked."""
    found, conf = catalog(), qb_conf()
    read = (conf, tuple(map(_read, found.directories)))
    for before, findings in _kept[:1]:
        if before == read:
            return Checked(found, conf, findings)
    findings = tuple(check_catalog(found, conf))
    _kept[:] = [(read, findings)]
    return Checked(found, conf, findings)


def _read(directory: Directory) -> tuple[object, ...]:
    """All that rules look at in a directory: a rule that reads more is to be told of here."""
    return (
        directory.path,
        directory.revision,
        directory.error,
        directory.trouble,
        directory.elsewhere,
        directory.scripts,
        tuple(map(_script, directory.mappings)),
    )


def _script(mapping: DirectoryMapping) -> tuple[object, ...]:
    """What tells one content of a script from another."""
    if not mapping.readable:
        return (mapping.exists,)
    try:
        status = os.stat(f"{mapping.directory}/{mapping.file}")  # noqa: PTH116 (thousands)
    except OSError:
        return (False,)
    return (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)
