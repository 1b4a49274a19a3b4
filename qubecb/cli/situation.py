"""The event and the jobs that `match` and `run` are given."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from qubecb.cli.streams import UsageError, as_object
from qubecb.errors import InvalidEvent
from qubecb.events import Event, parse_event, split_spec
from qubecb.jobs import Job


def add_situation(parser: ArgumentParser) -> None:
    """Add `--event`, `--job` and `--attached`."""
    parser.add_argument(
        "--event",
        required=True,
        metavar="NAME-TYPE[-EXTRA]",
        help="what happens, such as failed-job or failed-work-7",
    )
    parser.add_argument(
        "--job", required=True, metavar="ID|JSON", help="the job that it happens to"
    )
    parser.add_argument(
        "--attached",
        metavar="ID|JSON",
        help="the job whose callbacks are meant, if it is another one",
    )


def read_event(arguments: Namespace) -> Event:
    """The event; raises UsageError with everything that is wrong."""
    job = as_object(arguments.job, "--job")
    try:
        name, kind, extra = split_spec(arguments.event)
        data = {"name": name, "type": kind, "extra": extra, "job": job}
        return parse_event(data, time.time())
    except InvalidEvent as error:
        raise UsageError(f"--event, --job: {error}") from error


def read_attached(arguments: Namespace, event: Event) -> Job:
    """The job whose callbacks are meant: the event's own unless another was given."""
    if arguments.attached is None:
        return event.job
    try:
        return Job.from_dict(as_object(arguments.attached, "--attached"), "attached")
    except InvalidEvent as error:
        raise UsageError(f"--attached: {error}") from error
