"""Code with line numbers, differences, and the output of runs. Pygments gives classes only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from dashboard.looks.states import SEVERITIES, Look
from qubecb.caching import remembered
from qubecb.conffile.comparing import Edit, edits

register = template.Library()

#: Past this many characters a text is shown without colours.
LONGEST_COLOURED = 300_000
#: So many lines of a text, and of a difference, are shown; browsers choke on more.
MOST_LINES, MOST_COMPARED = 5_000, 2_000
#: So many characters of a text are shown.
LONGEST_SHOWN = 1_050_000
#: Bytes of coloured texts that are remembered.
_REMEMBERED = 32 * 1024 * 1024
_LEXERS = {"qube": "bash", "conf": "ini"}


def _weight(line: str) -> int:
    return 60 + len(line)


class SourceLine(NamedTuple):
    """One line as it is shown, with its findings."""

    number: int
    html: SafeString
    mark: str
    remarks: list[tuple[Look, Any]]


class DiffLine(NamedTuple):
    """One line of a difference: added, removed, kept (empty) or gap."""

    kind: str
    old: int | None
    new: int | None
    text: str

    @property
    def sign(self) -> str:
        """`+`, `-` or nothing."""
        return {"added": "+", "removed": "-"}.get(self.kind, "")


@remembered(
    _REMEMBERED, lambda lines, text, _: 2 * len(text) + sum(map(_weight, lines))
)
def lines_of(text: str, language: str) -> tuple[SafeString, ...]:
    """The text's first lines as HTML; every line's spans are closed on the line."""
    plain = "\n".join(_lines(text)[:MOST_LINES])[:LONGEST_SHOWN]
    try:
        if len(plain) > LONGEST_COLOURED:
            raise ClassNotFound
        lexer = get_lexer_by_name(
            _LEXERS.get(language, language), stripnl=False, ensurenl=False
        )
    except ClassNotFound:
        return tuple(format_html("{}", line) for line in plain.split("\n"))
    html = highlight(plain, lexer, HtmlFormatter(nowrap=True)).removesuffix("\n")
    return tuple(
        mark_safe(line)  # noqa: S308 - Pygments escapes, and closes spans on each line
        for line in html.split("\n")
    )


def _lines(text: str) -> list[str]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.removesuffix("\n").split("\n")


@register.inclusion_tag("components/code.html")
def code(
    text: str,
    language: str = "text",
    found: Iterable[Any] = (),
    marked: int | None = None,
    label: str = "Source",
    tall: bool = True,
) -> dict[str, Any]:
    """Source with line numbers (`#L12` goes there), findings under their lines."""
    remarks: dict[int, list[tuple[Look, Any]]] = {}
    for finding in found:
        look = SEVERITIES.get(finding.severity, SEVERITIES["info"])
        remarks.setdefault(finding.line or 1, []).append((look, finding))
    lines = [
        SourceLine(
            number, html, _mark(remarks, number, marked), remarks.get(number, [])
        )
        for number, html in enumerate(lines_of(str(text), str(language)), 1)
    ]
    left = len(_lines(str(text))) - len(lines)
    is_cut = len(str(text)) > LONGEST_SHOWN
    return {
        "lines": lines,
        "left": left,
        "is_cut": is_cut,
        "label": label,
        "tall": tall,
    }


def _mark(
    remarks: dict[int, list[tuple[Look, Any]]], number: int, marked: int | None
) -> str:
    severities = {finding.severity for _, finding in remarks.get(number, [])}
    for severity in ("error", "warning", "info"):
        if severity in severities:
            return f"has-{severity}"
    return "marked" if number == marked else ""


@register.inclusion_tag("components/diff.html")
def diff(
    old: str, new: str, label: str = "Changes", context: int = 3
) -> dict[str, Any]:
    """What changed between two texts, line by line, with a few lines around."""
    compared = _compared(str(old), str(new), context)
    lines = list(islice(compared, MOST_COMPARED))
    return {"lines": lines, "left": sum(1 for _ in compared), "label": label}


def _compared(old: str, new: str, context: int) -> Iterator[DiffLine]:
    before, after = old.splitlines(), new.splitlines()
    found = edits(before, after)
    for edit in found:
        if edit.same:
            first, last = edit is found[0], edit is found[-1]
            yield from _kept(
                edit, before, 0 if first else context, 0 if last else context
            )
            continue
        for at, line in enumerate(before[edit.before : edit.before_end], edit.before):
            yield DiffLine("removed", at + 1, None, line)
        for at, line in enumerate(after[edit.after : edit.after_end], edit.after):
            yield DiffLine("added", None, at + 1, line)


def _kept(edit: Edit, lines: list[str], head: int, tail: int) -> Iterator[DiffLine]:
    """Lines that are the same: so many at the beginning and at the end, and how many more."""
    shift, last = edit.after - edit.before, edit.before_end - tail
    first = min(edit.before + head, edit.before_end)
    left = last - first
    for at in range(edit.before, edit.before_end if left <= 0 and tail else first):
        yield DiffLine("", at + 1, at + shift + 1, lines[at])
    if left > 0 and tail:
        yield DiffLine(
            "gap", None, None, f"{left} line{'' if left == 1 else 's'} unchanged"
        )
        for at in range(last, edit.before_end):
            yield DiffLine("", at + 1, at + shift + 1, lines[at])
