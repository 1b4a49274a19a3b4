"""What a rule is, and what it looks at."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TypeAlias

from qubecb.conffile.catalog import Directory, DirectoryMapping
from qubecb.conffile.qb_conf import QubConf
from qubecb.lint.findings import Finding, Place, Remark, Severity

#: Gives those of some labels that are ids of known jobs.
KnownIds: TypeAlias = Callable[[Iterable[str]], Collection[str]]
#: Places that one rule lists.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Ground:
    """What rules look at: callback directories and Qube's configuration."""

    directories: tuple[Directory, ...]
    qb_conf: QubConf
    #: Labels in triggers that are also the ids of jobs that are known.
    job_ids: frozenset[str] = frozenset()

    @property
    def mappings(self) -> Iterator[DirectoryMapping]:
        """The mappings of all directories."""
        return chain.from_iterable(each.mappings for each in self.directories)

    @property
    def labels(self) -> Iterator[str]:
        """The labels that triggers name."""
        for mapping in self.mappings:
            for spec in mapping.trigger.specs if mapping.trigger else ():
                if spec.context_kind == "label":
                    yield str(spec.context_value)

    def knowing(self, jobs: KnownIds) -> Ground:
        """The same, with what is known of jobs."""
        return replace(self, job_ids=frozenset(jobs(self.labels)))

    @property
    def state(self) -> object:
        """All that rules look at: as long as it is equal, the findings are the same.

        Pages check again only when it changes, so a rule that looks at more on the disk adds
        that here.
        """
        return self.qb_conf, self.job_ids, tuple(map(_looked_at, self.directories))


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


def _looked_at(directory: Directory) -> tuple[object, ...]:
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
