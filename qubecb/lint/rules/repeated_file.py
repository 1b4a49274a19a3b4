"""Finds a file that is named by more than one line of the same callbacks.conf."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.catalog import DirectoryMapping
from qubecb.conffile.document import shown
from qubecb.conffile.editing import with_trigger
from qubecb.lint.findings import LONGEST_MENDED, Fix, Remark, line_fix, place_of_file
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report files that are named again."""
    for directory in ground.directories:
        first: dict[str, DirectoryMapping] = {}
        for mapping in directory.mappings:
            known = first.setdefault(mapping.file, mapping)
            if known is not mapping:
                message = (
                    f"{shown(mapping.file)} is already mapped on line {known.line}"
                )
                hint = f"join the two triggers with || on line {known.line}"
                place = place_of_file(mapping)
                yield Remark(place, message, hint, _fix(known, mapping))


def _fix(first: DirectoryMapping, second: DirectoryMapping) -> Fix | None:
    """Join both triggers on the first line; `&&` binds tighter, so none needs ( )."""
    lengths = len(first.source.text), len(second.source.text)
    if first.trigger is None or second.trigger is None or max(lengths) > LONGEST_MENDED:
        return None
    gone = (*second.source.option_lines, second.line)
    if str(first.trigger) == str(second.trigger):
        title = f"Remove line {second.line}, which says the same"
        return line_fix(title, first.line, first.source.text, gone)
    joined = f"{first.trigger_text} || {second.trigger_text}"
    title = f"Join both on line {first.line} and remove line {second.line}"
    return line_fix(title, first.line, with_trigger(first.source, joined), gone)


RULE = Rule("QCB113", "repeated-file", "error", check)
