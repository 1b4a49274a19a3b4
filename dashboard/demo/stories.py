"""What callbacks of a demonstration print, and how they fail: as the examples really do."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.models import Run
from qubecb.conffile.names import language_of
from qubecb.events import Event
from qubecb.runner.outcome import Action
from qubecb.runner.running.reasons import raised


@dataclass(frozen=True, slots=True)
class Story:
    """What one run printed, and what came of it."""

    lines: tuple[str, ...] = ()
    reason: str = ""
    exit: int | None = 0
    traceback: dict[str, Any] | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Break:
    """An exception, and the lines of a script that lead to it, each with its function."""

    kind: str
    message: str
    path: tuple[tuple[str, str], ...]


_LOCKED = Break(
    "OperationalError",
    "database is locked",
    (
        ("<module>", "main()"),
        ("main", "with closing(connect()) as database, database:"),
        ("connect", "database.execute(TABLE)"),
    ),
)
_FULL = Break(
    "OSError",
    "[Errno 28] No space left on device: 'submitted.log'",
    (("<module>", 'with open(LOG, "a") as log:'),),
)
_NO_SHOT = Break("KeyError", "'prod_shot'", (("<module>", "shot = job['prod_shot']"),))
_BREAKS = {"logFailuresToDB.py": _LOCKED, "submitted.py": _FULL}

_SERVER = "the mail server mail.studio.example:25"


def success(run: Run, event: Event, chance: random.Random) -> Story:
    """A run that ended well."""
    tell = _SUCCESSES.get(run.file) or _IN_GENERAL.get(language_of(run.file) or "")
    return tell(run, event, chance) if tell else Story()


def failure(run: Run, event: Event, script: bytes, chance: random.Random) -> Story:
    """A run that failed by itself: an exception, a `die`, a code string that is refused."""
    language = language_of(run.file)
    if language == "qube":
        return _refused(script, run, chance)
    if language == "perl":
        return Story((f"job {run.job} is gone",), "exited with status 255", 255)
    return _raised(_BREAKS.get(run.file, _NO_SHOT), run, script)


def broken_off(run: Run, event: Event) -> tuple[str, ...]:
    """What a run had printed when it was stopped or its process died."""
    if language_of(run.file) == "qube" or run.file in _BREAKS:
        return ()
    return (f"{event.spec} of job {run.job}: waiting for /mnt/shows/{run.job_name}",)


def _kept(run: Run, event: Event, chance: random.Random) -> Story:
    return Story((f"kept the failure of job {run.job}, {run.job_name}",))


def _silent(run: Run, event: Event, chance: random.Random) -> Story:
    return Story()


def _checked(run: Run, event: Event, chance: random.Random) -> Story:
    """A frame is looked at; one in twenty has left no image and is rendered again."""
    frame = event.extra
    if event.name != "complete":
        return Story((f"frame {frame} is {event.name}, nothing to check",))
    image = f"/mnt/shows/{run.job_name}.{frame:0>4}.exr"
    if chance.random() >= 0.05:
        return Story((f"frame {frame} is whole: {image}",))
    target = (f"{run.job}:{frame}",)
    return Story(
        (f"frame {frame}: missing or empty: {image}", "sent back to be rendered again"),
        actions=(Action("retrywork", target, target),),
    )


def _mailed(run: Run, event: Event, chance: random.Random) -> Story:
    to = (f"{run.user}@studio.example",)
    subject = f"Qube: job {run.job} {event.name}: {run.job_name}"
    return Story(
        (f"mail-status: sent to {to[0]}: {subject}",),
        actions=(Action("mail-status", to, to),),
    )


def _told(run: Run, event: Event, chance: random.Random) -> Story:
    return Story((f"{event.spec} of job {run.job}, {run.job_name}",))


_Tell = Callable[[Run, Event, random.Random], Story]
_SUCCESSES: dict[str, _Tell] = {
    "logFailuresToDB.py": _kept,
    "submitted.py": _silent,
    "checkWork.pl": _checked,
}
_IN_GENERAL: dict[str, _Tell] = {"python": _told, "perl": _told, "qube": _mailed}


def _refused(script: bytes, run: Run, chance: random.Random) -> Story:
    """A mail that could not be sent."""
    why = chance.choice(
        (f"{_SERVER} refused the connection", f"{_SERVER} did not answer within 10 s")
    )
    line = _line_of(script, "mail-status") or 1
    said = f"{run.file}:{line}: mail-status: {why}"
    return Story((said,), said, 1)


def _raised(broken: Break, run: Run, script: bytes) -> Story:
    """An exception with its traceback, its lines found in the script as it is."""
    place = str(Path(run.directory, run.file))
    frames = [
        {
            "file": place,
            "line": _line_of(script, code) or number,
            "function": function,
            "code": code,
        }
        for number, (function, code) in enumerate(broken.path, 12)
    ]
    told = {
        "type": broken.kind,
        "message": broken.message,
        "frames": frames,
        "locals": {"job": f"{{'id': {run.job}, 'name': {run.job_name!r}}}"},
    }
    return Story(tuple(_printed(told)), raised(told), 1, told)


def _printed(traceback: dict[str, Any]) -> list[str]:
    """A traceback as Python prints it."""
    lines = ["Traceback (most recent call last):"]
    for frame in traceback["frames"]:
        place = f'  File "{frame["file"]}", line {frame["line"]}'
        lines += [f"{place}, in {frame['function']}", f"    {frame['code']}"]
    return [*lines, f"{traceback['type']}: {traceback['message']}"]


def _line_of(script: bytes, code: str) -> int | None:
    """The last line of a script that begins with some code; blanks before it do not count."""
    lines = script.decode("utf-8", "replace").splitlines()
    found = [
        number for number, line in enumerate(lines, 1) if line.strip().startswith(code)
    ]
    return found[-1] if found else None
