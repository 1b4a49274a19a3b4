"""Finds a mapped file whose extension belongs to no language."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.conffile.document import shown
from qubecb.conffile.names import LANGUAGES, language_of
from qubecb.lint.findings import Remark, place_of_file
from qubecb.lint.rule import Ground, Rule
from qubecb.lookalikes import odd_character, plain


def check(ground: Ground) -> Iterator[Remark]:
    """Report mapped files of no known language."""
    for mapping in ground.mappings:
        if mapping.language is None and mapping.name_error is None:
            odd = odd_character(mapping.file)
            message = f"the extension of {shown(mapping.file)} belongs to no language"
            if odd and language_of(plain(mapping.file)) is not None:
                message += f": {odd}"
            hint = f"callbacks end in {', '.join(LANGUAGES)}"
            if language_of(mapping.file.lower()) is not None:
                hint += "; the extension is in lower case"
            yield Remark(place_of_file(mapping), message, hint)


RULE = Rule("QCB301", "unknown-extension", "error", check)
