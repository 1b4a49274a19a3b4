"""The examples of docs/writing-callbacks.md run, and its table of limits is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qubecb.conffile.options import OPTION_KINDS
from tests.core.runner.rig import PATIENT, Running, succeeded, text

DOCUMENT = (Path(__file__).parents[3] / "docs" / "writing-callbacks.md").read_text()
EXAMPLES = re.findall(
    r"^```(python|perl)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL
)


@pytest.mark.parametrize(("language", "source"), EXAMPLES)
def test_examples_run(forked: Running, language: str, source: str) -> None:
    name = {"python": "script.py", "perl": "script.pl"}[language]
    outcome = forked.run(source, name, PATIENT)
    assert succeeded(outcome), text(outcome)


def test_there_are_examples_of_both_languages() -> None:
    assert {language for language, _ in EXAMPLES} == {"python", "perl"}


def test_every_limit_of_a_run_is_in_the_table() -> None:
    for key in OPTION_KINDS:
        if key != "concurrency":
            assert f"| `{key}` | `QUBECB_{key.upper()}` |" in DOCUMENT
