"""`qubecb match`: which mappings of a directory fire for an event, and why the others not."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from qubecb.cli.situation import add_situation, read_attached, read_event
from qubecb.cli.streams import add_format, add_qb_conf, load_qb_conf, write_json
from qubecb.conffile.catalog import Directory, load_directory
from qubecb.conffile.document import shown
from qubecb.dispatch.facts import read
from qubecb.dispatch.index import Indexes
from qubecb.dispatch.judging import asked_about
from qubecb.dispatch.past import Unwritten
from qubecb.dispatch.ports.configuration import Binding, BoundDirectory
from qubecb.dispatch.ports.events import AcceptedEvent
from qubecb.dispatch.ports.jobs import KnownJob
from qubecb.dispatch.rehearsal import Rehearsal
from qubecb.dispatch.suppression import Suppression
from qubecb.events import Event
from qubecb.jobs import Job
from qubecb.why.matching import Explainer, Match, in_lines

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
    suppression = Suppression((), conf, time.time())
    matches = _matches(event, attached, directory, suppression)
    if arguments.format == "json":
        write_json({"matches": [match.as_dict() for match in matches]})
    else:
        sys.stdout.write("".join(_text(match) for match in matches))
        fired = sum(match.fires for match in matches)
        sys.stdout.write(f"{fired} of {len(matches)} fire for {event.spec}\n")
    return 0


def _matches(
    event: Event, attached: Job, directory: Directory, suppression: Suppression
) -> list[Match]:
    """Judge as the dispatcher would with only these jobs and this directory."""
    bound = BoundDirectory(str(directory.path), 0, directory.meaning())
    known = KnownJob(attached, binding=1, since=0)
    rehearsal = Rehearsal(Unwritten(Binding(1, (bound,))))
    rehearsal.save_jobs([known], [])
    facts = read([AcceptedEvent(1, event)], rehearsal, Indexes(), "live")
    _, case = asked_about(facts, known)
    explainer = Explainer(case, {}, suppression)
    return in_lines(directory, explainer.matches(facts.configurations.in_force))


def _text(match: Match) -> str:
    head = f"{match.line}: {shown(match.file)} = {shown(match.trigger)}"
    specs = [
        f"    {_MARKS[each.verdict]:3} {each.spec}: {each.reason}"
        for each in match.specs
    ]
    return "\n".join([head, f"  {match.reason}", *specs]) + "\n"
