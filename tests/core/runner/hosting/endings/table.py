"""Small scripts, each with another beginning or end, run by Python itself and as callbacks.

What `python script.py` does is right: exit status, output and files of a callback are equal.
There is one deliberate difference, and it is not in here: see `test_endings_like_python.py`.
A case is the text of `script.py`; a line `=== NAME` begins another file beside it.
"""

from __future__ import annotations

import functools
import io
import os
import re
import shutil
import signal
import subprocess
import textwrap
import zipfile
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.core.runner.hosting.endings.beginnings import BEGINNINGS
from tests.core.runner.hosting.endings.company import COMPANY
from tests.core.runner.hosting.endings.objects import OBJECTS
from tests.core.runner.hosting.endings.statuses import STATUSES
from tests.core.runner.hosting.endings.writing import WRITING
from tests.core.runner.rig import PATIENT, Early, Running, environment

#: Output of callbacks is UTF-8, and what cannot be encoded does not fail.
ENCODING = "utf-8:backslashreplace"
#: A file's age in seconds, so that its bytecode cannot be taken for one of before.
AGE = 60.0
AT_A_TIME = 4
Mode = Literal["fork", "early", "fresh"]
MODES: tuple[Mode, ...] = ("fork", "early", "fresh")

CASES = WRITING | OBJECTS | COMPANY | STATUSES | BEGINNINGS


@dataclass(frozen=True)
class Ended:
    """What is compared."""

    status: int | None
    output: str
    files: dict[str, bytes]


def write(folder: Path, text: str) -> None:
    """Write a case's files, all of them some time ago."""
    latin, text = text.startswith("LATIN "), text.removeprefix("LATIN ")
    first, *others = textwrap.dedent(text).lstrip("\n").split("=== ")
    (folder / "script.py").write_bytes(first.encode("latin-1" if latin else "utf-8"))
    for other in others:
        name, _, content = other.partition("\n")
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    for path in folder.rglob("*.py"):
        os.utime(path, (path.stat().st_mtime - AGE,) * 2)


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder; of archives what is in them, for they bear the time."""
    return {
        str(path.relative_to(folder)): _content(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".db":
        return b"%d, second: %d" % (len(data), data.count(b"second"))  # some are random
    if path.suffix == ".pyc":
        return data[
            :12
        ]  # what it was made of; the same code is not always the same bytes
    if path.suffix == ".gz":
        return zlib.decompressobj(wbits=31).decompress(data)  # it may be truncated
    if path.suffix == ".zip":
        if not zipfile.is_zipfile(path):
            return data
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"\n".join(map(archive.read, archive.namelist()))
    return data


def _hear() -> None:
    """Heed what a shell's background and `nohup` have programs ignore, these tests too."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def by_python(python: str, variables: Mapping[str, str], folder: Path) -> Ended:
    """Run `python script.py`, and leave only what was there before."""
    before = set(folder.rglob("*"))
    output = folder.parent / "output"
    with output.open("wb") as file:
        done = subprocess.run(
            [python, str(folder / "script.py")],
            cwd=folder,
            env={**variables, "PYTHONIOENCODING": ENCODING, "PWD": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            umask=0o022,
            preexec_fn=_hear,
            check=False,
        )
    return _ended(done.returncode, output.read_bytes(), folder, before)


def as_callbacks(running: Running, folders: Mapping[str, Path]) -> dict[str, Ended]:
    """Run each by a runner, some at a time, and leave only what was there before."""
    waiting, ended = dict(folders), dict[str, Ended]()
    begun: dict[str, tuple[str, set[Path]]] = {}

    def go_on() -> bool:
        for run_id in begun.keys() & running.outcomes.keys():
            name, before = begun.pop(run_id)
            outcome = running.outcomes[run_id]
            ended[name] = _ended(
                outcome.exit, outcome.output.head, folders[name], before
            )
        while waiting and len(begun) < AT_A_TIME:
            name, folder = waiting.popitem()
            before = set(folder.rglob("*"))
            begun[running.start(directory=folder, limits=PATIENT)] = name, before
        return not begun

    running.until(go_on, seconds=600.0)
    return ended


def _ended(status: int | None, output: bytes, folder: Path, before: set[Path]) -> Ended:
    ended = Ended(status, _text(output), files(folder))
    clean(folder, before)
    return ended


class Table:
    """All cases, run by Python and in each mode, with one interpreter."""

    def __init__(
        self, python: str, root: Path, cases: Mapping[str, str], **variables: str
    ) -> None:
        self._python, self._root = python, root
        self._variables = environment(**variables)
        folders = {
            name: root / f"case{number}" / "callback"
            for number, name in enumerate(cases)
        }
        for name, folder in folders.items():
            folder.mkdir(parents=True)
            write(folder, cases[name])
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            run = functools.partial(by_python, python, self._variables)
            ended = pool.map(run, folders.values())
            self.right = dict(zip(folders, ended, strict=True))
        self.callbacks = {mode: self._run(mode, folders) for mode in MODES}

    def _run(self, mode: Mode, folders: Mapping[str, Path]) -> dict[str, Ended]:
        root = self._root / mode
        root.mkdir()
        running = self._running(root, mode)
        try:
            return as_callbacks(running, folders)
        finally:
            running.close()

    def _running(self, root: Path, mode: Mode) -> Running:
        python, variables = self._python, self._variables
        if mode == "early":
            return Early(root, python=python, environment=variables)
        return Running(root, python=python, mode=mode, environment=variables)


def _text(data: bytes) -> str:
    """Output, without the addresses of objects."""
    return re.sub("0x[0-9a-f]{6,}", "0x...", data.decode("utf-8", "replace"))


def clean(folder: Path, before: set[Path]) -> None:
    for path in set(folder.rglob("*")) - before:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
