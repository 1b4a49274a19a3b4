"""`qubecb check`: findings of callback directories."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections import Counter
from pathlib import Path

from qubecb.cli.streams import (
    UsageError,
    add_format,
    add_qb_conf,
    counted,
    load_qb_conf,
    write_json,
)
from qubecb.cli.underlining import underlined
from qubecb.conffile.catalog import Catalog, callback_paths, load
from qubecb.lint import Finding, check_catalog

_DESCRIPTION = """\
Check callback directories: each mapping, its script, its language. Without DIR, those of
QUBECB_CALLBACK_PATH or qb.conf. docs/rules.md explains every finding.
"""


def register(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "check", help="check callback directories", description=_DESCRIPTION
    )
    parser.add_argument("directories", nargs="*", type=Path, metavar="DIR")
    add_qb_conf(parser)
    add_format(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Check, write the findings; 1 when there are errors among them."""
    conf = load_qb_conf(arguments.qb_conf, os.environ)
    paths = arguments.directories or callback_paths(os.environ, conf)
    if not paths:
        raise UsageError(
            "no callback directory: name one, or set QUBECB_CALLBACK_PATH, or "
            "supervisor_universal_callback_path in qb.conf"
        )
    catalog = load(paths)
    findings = check_catalog(catalog, conf)
    if arguments.format == "json":
        write_json({"findings": [finding.as_dict() for finding in findings]})
    else:
        sys.stdout.write("".join(f"{text(finding)}\n" for finding in findings))
        sys.stdout.write(f"{_summary(catalog, findings)}\n")
    return int(any(finding.severity == "error" for finding in findings))


def text(finding: Finding) -> str:
    """One finding as a good compiler writes it."""
    places = (finding.file, finding.line, finding.column)
    place = ":".join(str(part) for part in places if part is not None)
    lines = [f"{place}: {finding.severity} {finding.code}: {finding.message}"]
    if finding.column is not None and finding.end_column is not None:
        lines.append(underlined(finding.source, finding.column, finding.end_column))
    if finding.hint:
        lines.append(f"    = {finding.hint}")
    return "\n".join(lines)


def _summary(catalog: Catalog, findings: list[Finding]) -> str:
    mappings = sum(len(directory.mappings) for directory in catalog.directories)
    by_severity = Counter(finding.severity for finding in findings)
    where = (
        f"{counted(mappings, 'mapping')} in "
        f"{counted(len(catalog.directories), 'directory', 'directories')}"
    )
    if not findings:
        return f"{where}: nothing to report"
    return (
        f"{where}: {counted(by_severity['error'], 'error')}, "
        f"{counted(by_severity['warning'], 'warning')}, "
        f"{counted(by_severity['info'], 'information', 'informations')}"
    )
