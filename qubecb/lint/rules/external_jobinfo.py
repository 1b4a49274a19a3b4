"""Finds `qb.jobinfo(id=…)` in a Python callback: the form of Qube's external API."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from qubecb.caching import remembered
from qubecb.conffile.reading import MEBIBYTE, read
from qubecb.errors import ConfigurationError
from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule

#: A call whose first argument has a name. It is searched in the text, not in a syntax tree,
#: because many scripts are Python 2.
_CALL = re.compile(r"\bjobinfo[ \t]?\(\s{0,80}[A-Za-z_]\w{0,40}[ \t]?=(?!=)")
_LONGEST_LINE = 1000
#: Calls that are listed of one script.
_MOST_CALLS = 100
_HINT = 'write qb.jobinfo("-id", …); agenda and subjobs are always there'


def check(ground: Ground) -> Iterator[Remark]:
    """Report calls in the form of the external API."""
    for path in _scripts(ground):
        for line, column, end, source in _calls(path):
            place = Place(path, line, column, end, source)
            message = (
                "jobinfo with named arguments does not work in Qube's own callbacks"
            )
            yield Remark(place, message, _HINT)


def _scripts(ground: Ground) -> list[str]:
    """The Python scripts that are mapped, each once."""
    paths = (
        f"{each.directory}/{each.file}"
        for each in ground.mappings
        if each.language == "python" and each.readable
    )
    return list(dict.fromkeys(paths))


def _calls(path: str) -> tuple[tuple[int, int, int, str], ...]:
    try:
        status = os.stat(path)  # noqa: PTH116 (thousands of scripts with every key)
    except OSError:
        return ()
    return _calls_as_of(
        path, (status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)
    )


@remembered(16 * MEBIBYTE, lambda calls, *_: sum(200 + len(each[3]) for each in calls))
def _calls_as_of(
    path: str, _stamp: tuple[int, ...]
) -> tuple[tuple[int, int, int, str], ...]:
    """Line, columns and text of each call, as long as the file stays the same."""
    try:
        text = read(Path(path)).decode("utf-8", "replace")
    except ConfigurationError:
        return ()
    return tuple(_places(text))


def _places(text: str) -> Iterator[tuple[int, int, int, str]]:
    line, counted, begin = 1, 0, 0
    for found in islice(_CALL.finditer(text), _MOST_CALLS):
        line += text.count("\n", counted, found.start())
        begin = max(begin, text.rfind("\n", counted, found.start()) + 1)
        counted = found.start()
        source = text[begin : begin + _LONGEST_LINE].partition("\n")[0]
        column = counted - begin + 1
        if column <= len(source) and "#" not in source[: column - 1]:
            end = min(found.end() - begin, len(source)) + 1
            yield line, column, end, source


RULE = Rule("QCB311", "external-jobinfo", "warning", check)
