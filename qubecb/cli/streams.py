"""What the commands share: usage errors, qb.conf, writing JSON and odd text."""

from __future__ import annotations

import io
import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from qubecb.conffile import qb_conf
from qubecb.conffile.qb_conf import QubConf
from qubecb.errors import QubecbError
from qubecb.events import read_job
from qubecb.strict_json import NotJson


class UsageError(QubecbError):
    """The command line is wrong."""


def tolerant(*streams: TextIO) -> None:
    """Let streams write any text: what they cannot encode is written escaped."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def add_format(parser: ArgumentParser) -> None:
    """Add `--format text|json`."""
    parser.add_argument("--format", choices=("text", "json"), default="text")


def add_qb_conf(parser: ArgumentParser) -> None:
    """Add `--qb-conf FILE`."""
    parser.add_argument(
        "--qb-conf",
        type=Path,
        metavar="FILE",
        help="Qube's configuration; else QUBECB_QB_CONF, else /etc/qb.conf if it exists",
    )


def load_qb_conf(given: Path | None, environ: Mapping[str, str]) -> QubConf:
    """The qb.conf that was given, or this site's. Raises UsageError if it is missing."""
    conf = qb_conf.load(given or qb_conf.find_path(environ))
    if given is not None and not conf.found:
        raise UsageError(f"--qb-conf: {given} does not exist")
    return conf


def write_json(value: object) -> None:
    """Write a value to standard output, indented."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def counted(number: int, noun: str, nouns: str = "") -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def as_object(text: str, option: str) -> dict[str, Any]:
    """A job as it is given on the command line: an id, or a JSON object with one."""
    try:
        value = read_job(text)
    except NotJson as error:
        raise UsageError(
            f"{option}: {text[:60]!r} is neither a job id nor JSON: it {error}"
        ) from error
    if not isinstance(value, dict):
        raise UsageError(f"{option}: give a job id, or a JSON object with an id")
    return value
