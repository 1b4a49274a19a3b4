"""The command line: `qubecb`, or `python -m qubecb`. One module a command.

Exit status: 0 clean, or only warnings and information; 1 errors; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from qubecb import __version__
from qubecb.cli import check, explain, match, run
from qubecb.cli.streams import UsageError, tolerant
from qubecb.errors import QubecbError

COMMANDS = (check, explain, match, run)


def parser() -> argparse.ArgumentParser:
    """The whole of the command line."""
    whole = argparse.ArgumentParser(
        prog="qubecb",
        description="Universal callbacks of Qube: check, explain, try out.",
    )
    whole.add_argument("--version", action="version", version=f"qubecb {__version__}")
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(commands)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    tolerant(sys.stdout, sys.stderr)
    try:
        arguments = parser().parse_args(argv)
        status = arguments.run(arguments)
        sys.stdout.flush()
    except UsageError as error:
        sys.stderr.write(f"qubecb: {error}\n")
        return 2
    except QubecbError as error:
        sys.stderr.write(f"qubecb: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has closed it, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    return int(status)
