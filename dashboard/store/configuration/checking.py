"""What the checker says of the configuration, remembered until something that it reads changes.

Pages ask for it again and again, and ten thousand mappings take a second to check.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.store.configuration.observing import catalog
from dashboard.store.configuration.site import qb_conf
from dashboard.store.rows.job_ids import known_among
from qubecb.conffile.catalog import Catalog
from qubecb.conffile.qb_conf import QubConf
from qubecb.lint import Finding, check_catalog
from qubecb.lint.rule import Ground


@dataclass(frozen=True, slots=True)
class Checked:
    """The callback directories in force, qb.conf, and the findings about both."""

    catalog: Catalog
    conf: QubConf
    #: In the order of the files.
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [each for each in self.findings if each.severity == "error"]


#: What was read last, and its findings.
_kept: list[tuple[object, tuple[Finding, ...]]] = []


def checked() -> Checked:
    """Read the configuration, and check it if it has changed since the last check."""
    found, conf = catalog(), qb_conf()
    read = Ground(found.directories, conf).knowing(known_among).state
    for before, findings in _kept[:1]:
        if before == read:
            return Checked(found, conf, findings)
    findings = tuple(check_catalog(found, conf, known_among))
    _kept[:] = [(read, findings)]
    return Checked(found, conf, findings)
