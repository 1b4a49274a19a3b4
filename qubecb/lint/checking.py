"""The checker: every rule over directories, findings in the order of the files."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from qubecb.conffile.catalog import Catalog, Directory, load_directory
from qubecb.conffile.qb_conf import QubConf
from qubecb.lint.findings import Finding
from qubecb.lint.registry import all_rules
from qubecb.lint.rule import Ground, KnownIds


def no_jobs(labels: Iterable[str]) -> Collection[str]:
    """What is known where nobody knows of any job."""
    return ()


def check_catalog(
    catalog: Catalog, qb_conf: QubConf, jobs: KnownIds = no_jobs
) -> list[Finding]:
    """Check all callback directories, and qb.conf as far as it concerns them."""
    return _check(Ground(catalog.directories, qb_conf).knowing(jobs))


def check_directory(
    directory: Directory | Path, qb_conf: QubConf, jobs: KnownIds = no_jobs
) -> list[Finding]:
    """Check one callback directory; a path is read first."""
    if isinstance(directory, Path):
        directory = load_directory(directory)
    return _check(Ground((directory,), qb_conf).knowing(jobs))


def check_text(
    config: bytes,
    directory: Directory | Path,
    qb_conf: QubConf,
    jobs: KnownIds = no_jobs,
) -> list[Finding]:
    """Check an edit that is not saved yet, beside the scripts as they are on disk."""
    path = directory if isinstance(directory, Path) else directory.path
    return check_directory(load_directory(path, config), qb_conf, jobs)


def _check(ground: Ground) -> list[Finding]:
    """Check by every rule."""
    directories = ground.directories
    order = {str(each.config_path): index for index, each in enumerate(directories)}
    findings = [finding for rule in all_rules() for finding in rule.findings(ground)]
    return sorted(
        findings,
        key=lambda finding: (
            order.get(finding.file, -1 if finding.line else len(order)),
            finding.file,
            finding.line or 0,
            finding.column or 0,
            finding.code,
        ),
    )
