"""`qubecb run`: run one script of a callback directory, as an event would."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qubecb.cli.situation import add_situation, read_attached, read_event
from qubecb.cli.streams import (
    UsageError,
    add_format,
    add_qb_conf,
    load_qb_conf,
    write_json,
)
from qubecb.conffile.catalog import load_directory
from qubecb.conffile.names import language_of, script_path
from qubecb.conffile.options import CallbackOptions, parse_options
from qubecb.conffile.qb_conf import QubConf
from qubecb.errors import BadFileName
from qubecb.events import Event, new_event_id
from qubecb.jobs import Job
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.farm.simulation import SimulationFarm
from qubecb.runner.hosting.programs import check_perl, check_python
from qubecb.runner.order import Limits, Order
from qubecb.runner.outcome import Action, Outcome, RunState
from qubecb.runner.running.engine import Runner
from qubecb.runner.settings import RunnerSettings

_DESCRIPTION = """\
Run one script for an event. Its limits are those of its mapping. What it asks of the farm
is only noted; with --live it is applied to the jobs given here. It never talks to a
supervisor. The script's own use of files, network and mail is real.
"""


def register(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "run", help="run one script, as an event would", description=_DESCRIPTION
    )
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument("script", metavar="SCRIPT")
    add_situation(parser)
    parser.add_argument(
        "--live", action="store_true", help="apply actions to the jobs given here"
    )
    add_qb_conf(parser)
    add_format(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the script to its end; 0 when it succeeded."""
    event = read_event(arguments)
    attached = read_attached(arguments, event)
    conf = load_qb_conf(arguments.qb_conf, os.environ)
    order = _order(arguments, event, attached)
    outcome = _outcome(order, _farm(event, attached), conf)
    if arguments.format == "json":
        write_json(_as_dict(outcome))
    else:
        _write(outcome, arguments.live)
    return int(outcome.state is not RunState.SUCCEEDED)


def _order(arguments: Namespace, event: Event, attached: Job) -> Order:
    directory = load_directory(arguments.directory.absolute())
    try:
        path = script_path(directory.path, arguments.script)
    except BadFileName as error:
        raise UsageError(str(error)) from error
    if not path.is_file():
        raise UsageError(f"{path} is not a file")
    mapping = directory.mapping(arguments.script)
    return Order(
        run_id=new_event_id(),
        directory=directory.path,
        file=arguments.script,
        event=event,
        job=attached,
        limits=_limits(mapping.options if mapping else CallbackOptions(), os.environ),
        trigger=mapping.trigger_text if mapping else "",
        test=not arguments.live,
        simulate=not arguments.live,
    )


def _limits(options: CallbackOptions, environ: Mapping[str, str]) -> Limits:
    """The site's time limit, and what the mapping's comment lines say."""
    site = environ.get("QUBECB_TIMEOUT", "") or f"{Limits().timeout:g}"
    values, problems = parse_options(f"timeout={site}", 0, 0)
    for problem in problems:
        raise UsageError(f"QUBECB_TIMEOUT: {problem.message}: {problem.hint}")
    given = {**values, **options.as_dict()}
    given.pop("concurrency", None)
    return Limits(**given)  # type: ignore[arg-type]  # the keys decide the types


def _farm(event: Event, attached: Job) -> MemoryFarm:
    """The given jobs as they are after the event."""
    farm = MemoryFarm(attached.as_dict(), event.job.as_dict())
    farm.take(event)
    return farm


def _outcome(order: Order, farm: MemoryFarm, conf: QubConf) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="qubecb-run-") as scratch:
        runner = Runner(_checked(_settings(Path(scratch), conf), order.file))
        try:
            runner.start(order, SimulationFarm(farm) if order.simulate else farm)
            outcomes: list[Outcome] = []
            while not outcomes:
                outcomes = runner.poll(1.0)
        finally:
            runner.close(grace=0.0)
    return outcomes[0]


def _settings(scratch: Path, conf: QubConf) -> RunnerSettings:
    named = {
        "python": os.environ.get("QUBECB_PYTHON"),
        "perl": os.environ.get("QUBECB_PERL"),
    }
    return RunnerSettings(
        scratch=scratch,
        qbdir=str(conf.qb_directory),
        mail=conf.mail if conf.enabled("mail") else None,
        **{name: value for name, value in named.items() if value},  # type: ignore[arg-type]  # both are text
    )


def _checked(settings: RunnerSettings, file: str) -> RunnerSettings:
    """Check that a configured interpreter can run the script. Raises ConfigurationError."""
    language = language_of(file)
    if language == "python" and os.environ.get("QUBECB_PYTHON"):
        check_python(settings)
    elif language == "perl" and os.environ.get("QUBECB_PERL"):
        check_perl(settings)
    return settings


def _as_dict(outcome: Outcome) -> dict[str, Any]:
    return {
        "state": outcome.state.value,
        "reason": outcome.reason,
        "exit": outcome.exit,
        "seconds": outcome.seconds,
        "actions": [action.as_dict() for action in outcome.actions],
        "output": _output(outcome).decode("utf-8", "replace"),
        "notes": list(outcome.notes),
        "traceback": outcome.traceback,
    }


def _output(outcome: Outcome) -> bytes:
    output = outcome.output
    cut = f"\n[… {output.cut:,} bytes left out …]\n".encode() if output.cut > 0 else b""
    return output.head + cut + output.tail


def _write(outcome: Outcome, live: bool) -> None:
    """The script's output to standard output, everything else to standard error."""
    sys.stdout.write(_output(outcome).decode("utf-8", "replace"))
    sys.stdout.flush()
    lines = [f"{outcome.state}: {outcome.reason}" if outcome.reason else outcome.state]
    lines += [_action(action, live) for action in outcome.actions]
    lines += [f"note: {note}" for note in outcome.notes]
    lines += _variables(outcome)
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def _variables(outcome: Outcome) -> list[str]:
    """The variables of the script's outermost frame, when an exception left it."""
    found = outcome.traceback["locals"] if outcome.traceback else {}
    return [f"variable: {name} = {value}" for name, value in found.items()]


def _action(action: Action, live: bool) -> str:
    """One action in words: only what the farm says that it changed."""
    asked = f"{action.verb} {' '.join(action.targets)}"
    if action.error:
        return f"refused: {asked} ({action.error})"
    if not action.applied:
        return f"{'changed' if live else 'would have changed'} nothing: {asked}"
    done = f"{'did' if live else 'would have done'}: {asked}"
    jobs = {_job_of(one) for one in action.applied}
    whole = all(_job_of(target) in jobs for target in action.targets)
    return done if whole else f"{done} (only {' '.join(action.applied)})"


def _job_of(target: str) -> str:
    return target.partition(":")[0].partition(".")[0]
