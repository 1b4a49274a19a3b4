"""What pages and the editor show and take: triggers, sources, differences, values."""

from __future__ import annotations

from dashboard.store.past.sequences import near, packed, unpacked
from dashboard.templatetags.source import code, diff
from dashboard.templatetags.terminal import terminal
from dashboard.templatetags.triggers import meaning, trigger
from dashboard.templatetags.values import cut, job_value, listed, ticks
from qubecb import json_pieces
from qubecb.conffile.document import Document
from qubecb.conffile.merging import merge
from qubecb.conffile.retyping import retyped
from qubecb.triggers import explain_tree, parse, parts
from tests.dashboard.growth.events import refused
from tests.measuring import (
    Door,
    Work,
)


def merged(times: int) -> Work:
    lines = [f"{number}\n" for number in range(3_000 * times)]
    mine = "".join(["x\n", *lines]).encode()
    theirs = "".join([*lines, "y\n"] * 2).encode()
    return lambda: [each.chosen("both") for each in merge(b"", mine, theirs).conflicts]


def odd_lines(times: int) -> Work:
    """A long line with a byte that no text holds, and many short lines that are typed anew."""
    before = Document.from_bytes(
        b"x" * 20_000 * times + b"\xff\n" + b"y\n" * 50 * times
    )
    typed = "\ufffd" * 20 + "\n" + "\ufffdx\n" * 50 * times
    return lambda: retyped(before, typed)


def compared(old: str, new: str) -> Door:
    return lambda n: lambda: diff(old * 2_000 * n, new * 2_000 * n)


TEXTS: dict[str, Door] = {
    "trigger: parsed": lambda n: refused(lambda: parse("a-job-self&&" * 50 * n)),
    "trigger: explained": lambda n: (
        lambda: explain_tree(
            parse(" || ".join(["(a-job-self && b-work-self-*)"] * 16 * n))
        )
    ),
    "trigger: coloured": lambda n: lambda: parts("a-job-self-(" * 800 * n),
    "trigger: shown": lambda n: (
        lambda: (trigger("x" * 9_000 * n), meaning("(" * 500 * n))
    ),
    "merge": merged,
    "typed again": odd_lines,
    "difference: all new": compared("a\n", "b\n"),
    "difference: two kinds of lines": compared("a\nb\n", "b\na\na\n"),
    "output with colours": lambda n: lambda: terminal(b"\x1b[0;" * 20_000 * n),
    "output with titles": lambda n: lambda: terminal(b"\x1b]0;" * 20_000 * n),
    "source": lambda n: lambda: code("x = '\\\n" * 2_000 * n, "python"),
    "source in one line": lambda n: lambda: code("(" * 4_000 * n, "python"),
    "JSON": lambda n: lambda: json_pieces.write([{"a": [[]] * 5}] * 2_000 * n),
    "JSON of fields": lambda n: (
        lambda: json_pieces.write({f"f{number}": "" for number in range(5_000 * n)})
    ),
    "a value": lambda n: lambda: cut("x" * 200_000 * n),
    "a field": lambda n: lambda: job_value("a", ["x"] * 2_000 * n),
    "ids": lambda n: lambda: listed(["5042"] * 20_000 * n),
    "places of events": lambda n: (
        lambda: near(unpacked(packed(range(0, 300_000 * n, 3))), None, 90_000 * n, 50)
    ),
    "backticks": lambda n: lambda: ticks("`a" * 3_000 * n),
}
