"""Tries the interpreters that callbacks are to run with, so that a start can be refused.

Without it everything would seem to work, and every callback would fail in a file of ours.
"""

from __future__ import annotations

import re

from qubecb.errors import ConfigurationError, RunnerError
from qubecb.runner.hosting import process
from qubecb.runner.hosting.environment import common_variables
from qubecb.runner.hosting.pool import INSIDE
from qubecb.runner.settings import RunnerSettings

OLDEST_PYTHON = (3, 6)
OLDEST_PERL = (5, 10)
#: Seconds that an interpreter may take to say its version, and to load modules.
PATIENCE = 20.0
_SHOWN = 200
#: Understood by every Python since 2.6. Modules may print things, so that ours is marked.
_ASK_PYTHON = """\
import sys
print("qubecb-version %d.%d.%d" % sys.version_info[:3])
sys.stdout.flush()
if sys.version_info >= (3, 6):
    sys.path[0] = sys.argv[1]
    for name in sys.argv[2:]:
        try:
            __import__(name)
        except BaseException as error:
            print("\\nqubecb-problem cannot load %s: %s: %s" % (name, type(error).__name__, error))
"""
_ASK_PERL = 'printf "qubecb-version %vd\\n", $^V;'
_VERSION = re.compile(r"^qubecb-version (\d+)\.(\d+)\.?(\d*)$", re.MULTILINE)
_PROBLEM = re.compile(r"^qubecb-problem (.*)$", re.MULTILINE)


def check_python(settings: RunnerSettings) -> None:
    """See that Python callbacks can run, and load what is to be loaded beforehand.

    Raises ConfigurationError that names the setting, what is there and what is needed.
    """
    python = settings.python
    needed = f"callbacks need Python {_shown(OLDEST_PYTHON)} or newer"
    command = [python, "-c", _ASK_PYTHON, str(INSIDE), *settings.preload]
    answer = _answer("QUBECB_PYTHON", command, settings, needed)
    version = _version("QUBECB_PYTHON", python, answer, needed)
    if version < OLDEST_PYTHON:
        found = f"{python} is Python {_shown(version)}"
        raise ConfigurationError(f"QUBECB_PYTHON: {found}, and {needed}")
    problem = _PROBLEM.search(answer)
    if problem:
        raise ConfigurationError(f"QUBECB_PRELOAD: {problem[1][:_SHOWN]}")


def check_perl(settings: RunnerSettings) -> None:
    """See that Perl callbacks can run. Raises ConfigurationError, as for Python."""
    needed = f"callbacks need Perl {_shown(OLDEST_PERL)} or newer"
    command = [settings.perl, "-e", _ASK_PERL]
    answer = _answer("QUBECB_PERL", command, settings, needed)
    version = _version("QUBECB_PERL", settings.perl, answer, needed)
    if version < OLDEST_PERL:
        found = f"{settings.perl} is Perl {_shown(version)}"
        raise ConfigurationError(f"QUBECB_PERL: {found}, and {needed}")


def _answer(
    name: str, command: list[str], settings: RunnerSettings, needed: str
) -> str:
    """What a program prints; raises ConfigurationError when it cannot be run at all."""
    try:
        answer = process.answer(command, common_variables(settings), PATIENCE)
    except RunnerError as error:
        raise ConfigurationError(f"{name}: {error}; {needed}") from error
    if answer is None:
        late = f"{command[0]} did not answer within {PATIENCE:g} s"
        raise ConfigurationError(f"{name}: {late}; {needed}")
    return answer


def _version(name: str, program: str, answer: str, needed: str) -> tuple[int, ...]:
    found = _VERSION.search(answer)
    if found is None:
        said = ascii(answer.strip()[:_SHOWN]) if answer.strip() else "nothing"
        what = f"{program} is not such an interpreter: asked for its version, it said"
        raise ConfigurationError(f"{name}: {what} {said}; {needed}")
    return tuple(int(part or 0) for part in found.groups())


def _shown(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
