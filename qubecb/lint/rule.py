"""What a rule is, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from qubecb.conffile.catalog import Directory, DirectoryMapping
from qubecb.conffile.qb_conf import QubConf
from qubecb.lint.findings import Finding, Place, Remark, Severity

#: Places that one rule lists.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules look at: callback directories and Qube's configuration."""

    directories: tuple[Directory, ...]
    qb_conf: QubConf

    @property
    def mappings(self) -> Iterator[DirectoryMapping]:
        """The mappings of all directories."""
        return chain.from_iterable(each.mappings for each in self.directories)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its code never changes; its name says the bad thing in words."""

    code: str
    name: str
    severity: Severity
    check: Callable[[Ground], Iterator[Remark]]

    def findings(self, ground: Ground) -> Iterator[Finding]:
        """The findings of this rule, at a limited number of places.

        A callbacks.conf of a mebibyte of broken lines would otherwise fill memory and page.
        """
        remarks = self.check(ground)
        yield from map(self._finding, islice(remarks, MOST))
        more = next(remarks, None)
        if more is not None:
            file = Place(more.place.file)
            message = (
                f"there is more of this; only the first {MOST:,} places are listed"
            )
            yield self._finding(Remark(file, message))

    def _finding(self, remark: Remark) -> Finding:
        place = remark.place
        return Finding(
            code=self.code,
            name=self.name,
            severity=self.severity,
            file=place.file,
            line=place.line,
            column=place.column,
            end_column=place.end_column,
            message=remark.message,
            hint=remark.hint,
            fix=remark.fix,
            source=place.source,
        )
