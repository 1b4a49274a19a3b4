"""What is configured: callbacks.conf and qb.conf."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from qubecb.conffile.catalog import load_directory
from qubecb.conffile.document import Document
from qubecb.conffile.meaning import meaning as meaning_of
from qubecb.conffile.qb_conf import QubConf, load
from qubecb.conffile.retyping import editor_text, retyped
from qubecb.dispatch.ports.configuration import BoundDirectory
from qubecb.events import parse_event
from qubecb.jobs.job import Job
from qubecb.lint import check_directory
from qubecb.why.matching import in_lines
from tests.core.dispatch.asking import matches
from tests.dashboard.growth.events import event
from tests.measuring import (
    Door,
    Work,
)

KIBIBYTE = 1024


def text_of(line: str, size: int = 16 * KIBIBYTE) -> Callable[[int], str]:
    return lambda times: line * (times * size // len(line))


def checked(text: Callable[[int], str], folder: Path) -> Door:
    """A callbacks.conf read, checked, understood, matched, shown in the editor and typed again."""

    def make(times: int) -> Work:
        data = text(times).encode()
        document = Document.from_bytes(data)
        happens = parse_event(json.loads(event('"a": 1')), 0.0)

        def work() -> None:
            directory = load_directory(folder, data)
            for each in check_directory(directory, QubConf()):
                each.as_dict()
            meaning_of(document)
            counts = BoundDirectory(str(folder), 1, directory.meaning())
            in_lines(directory, matches(happens, Job(1), (), counts))
            retyped(document, editor_text(document))

        return work

    return make


CONFIGURATIONS = {
    "broken lines": text_of("x\n", 4 * KIBIBYTE),
    "blank lines": text_of("\n", 2 * KIBIBYTE),
    "the same file": text_of("a.py = done-job-self\n", 8 * KIBIBYTE),
    "many files, then one": lambda n: (
        "".join(f"{number}.py = x\n" for number in range(200 * n))
        + f"{200 * n - 1}.py = done-job-self\n" * (100 * n)
    ),
    "missing files of one letter": text_of("a" * 250 + ".py = done-job-self\n"),
    "settings in one line": lambda n: (
        "# qubecb:" + " a" * 4000 * n + "\na.py = done-job-self"
    ),
    "a long comment": lambda n: (
        "a.py = done-job-self || x-job-self #" + "c" * 20_000 * n
    ),
    "blanks": lambda n: "a.py =" + " " * 20_000 * n + "x",
    "a long file name": lambda n: "a" * 20_000 * n + ".py = done-job-self",
    "events": lambda n: "a.py = " + " || ".join(["fail-job-self"] * 40 * n),
    "parentheses": lambda n: "a.py = " + "(" * 600 * n,
    "one word": lambda n: "a.py = " + "-".join(["link"] * 120 * n),
    "odd blanks": lambda n: "a.py = " + "a\N{NO-BREAK SPACE}" * 300 * n,
}


def qb_conf(folder: Path) -> Door:
    def make(times: int) -> Work:
        path = folder / f"{times}.conf"
        flags = "x " * 4_000 * times
        paths = ",".join(["$QBDIR"] * 2_000 * times)
        path.write_text(
            f"qb_directory = {'d' * 2_000 * times}\n"
            f"supervisor_universal_callback_path = {paths}\n"
            f"supervisor_language_flags = {flags}\n" + "x = 1\n" * 2_000 * times
        )
        return lambda: load(path)

    return make
