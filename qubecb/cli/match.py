"""`qubecb match`: which mappings of a directory fire for an event, and why the others not."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from qubecb.cli.situation import add_situation, read_attached, read_event
from qubecb.cli.streams import add_format, add_qb_conf, load_qb_conf, write_json
from qubecb.conffile.catalog import load_directory
from qubecb.conffile.document import shown
from qubecb.dispatch.matching import Match, Situation, match_directory
from qubecb.dispatch.suppression import Suppression

_MARKS = {"satisfied": "yes", "remembered": "yes", "unsatisfied": "no"}


def register(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "match",
        help="say which callbacks an event fires",
        description="Say which mappings an event fires for a job, and why. Nothing runs.",
    )
    parser.add_argument("directory", type=Path, metavar="DIR")
    add_situation(parser)
    add_qb_conf(parser)
    add_format(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Judge every mapping; 1 when the directory cannot be read."""
    event = read_event(arguments)
    attached = read_attached(arguments, event)
    conf = load_qb_conf(arguments.qb_conf, os.environ)
    directory = load_directory(arguments.directory)
    if directory.error is not None:
        sys.stderr.write(f"qubecb: {directory.error}\n")
        return 1
    situation = Situation(event, attached, (event.job,))
    suppression = Suppression((), conf, time.time())
    matches = match_directory(directory, situation, suppression)
    if arguments.format == "json":
        write_json({"matches": [match.as_dict() for match in matches]})
    else:
        sys.stdout.write("".join(_text(match) for match in matches))
        fired = sum(match.fires for match in matches)
        sys.stdout.write(f"{fired} of {len(matches)} fire for {event.spec}\n")
    return 0


def _text(match: Match) -> str:
    head = f"{match.line}: {shown(match.file)} = {shown(match.trigger)}"
    specs = [
        f"    {_MARKS[each.verdict]:3} {each.spec}: {each.reason}"
        for each in match.specs
    ]
    return "\n".join([head, f"  {match.reason}", *specs]) + "\n"
