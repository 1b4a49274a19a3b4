"""Finds a mapping whose file does not exist in the callback directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache

from qubecb.conffile.catalog import DirectoryMapping
from qubecb.conffile.document import shown
from qubecb.lint.findings import Remark, line_fix, place_of_file
from qubecb.lint.rule import Ground, Rule
from qubecb.lookalikes import difference, plain


def check(ground: Ground) -> Iterator[Remark]:
    """Report mappings without their file."""
    for directory in ground.directories:
        unmapped = directory.unmapped
        looks = {plain(file): file for file in unmapped}
        for mapping in directory.mappings:
            if mapping.name_error is None and not mapping.exists:
                alike = looks.get(plain(mapping.file))
                yield _other(mapping, alike) if alike else _missing(mapping, unmapped)


def _missing(mapping: DirectoryMapping, unmapped: Sequence[str]) -> Remark:
    message = f"{shown(mapping.file)} does not exist in this directory"
    short = [file for file in unmapped[:_MOST_COMPARED] if len(file) <= _LONGEST]
    near = _nearest(mapping.file[: _LONGEST + 1], tuple(short))
    hint = f"did you mean {shown(near)}?" if near else _HINT
    return Remark(place_of_file(mapping), message, hint)


@lru_cache(maxsize=2048)
def _nearest(file: str, names: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(file, names, 1)), None)


def _other(mapping: DirectoryMapping, file: str) -> Remark:
    """A file is there whose name looks the same and is not."""
    message = (
        f"{shown(mapping.file)} does not exist in this directory; a file whose name only "
        f"looks the same does: {difference(mapping.file, file)}"
    )
    line = mapping.source
    text = f"{line.text[: line.file_start]}{file}{line.text[line.file_end :]}"
    fix = line_fix("Use the name that the file has", mapping.line, text)
    return Remark(
        place_of_file(mapping), message, "use the name that the file has", fix
    )


_HINT = "put the script there, or remove the line"
#: More unmapped files are not compared, so that a large directory stays quick.
_MOST_COMPARED = 20
_LONGEST = 60


RULE = Rule("QCB302", "missing-script", "error", check)
