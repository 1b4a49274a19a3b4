"""What CONTRIBUTING.md says of the code is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qubecb.jobs.verbs import ALIASES, VERBS
from qubecb.runner.hosting.inside import qb
from qubecb.runner.qcb.code_strings import CODE_STRINGS

ROOT = Path(__file__).resolve().parents[2]
#: Functions of `qb` of their own, because they take more than ids.
OWN = {"modify"}


def test_a_file_is_split_before_it_has_400_lines() -> None:
    files = [*(ROOT / "qubecb").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]
    long = [
        str(path.relative_to(ROOT))
        for path in files
        if len(path.read_text().splitlines()) >= 400
    ]
    assert long == []


def test_python_has_every_verb() -> None:
    names = {*VERBS, *ALIASES}
    assert {name for name in names if not callable(getattr(qb, name, None))} == set()


def test_perl_has_every_verb() -> None:
    text = (ROOT / "qubecb/runner/hosting/inside/qb_calls.pm").read_text()
    lists = re.findall(r"my @(?:job|work)_verbs = qw\((.*?)\);", text, re.DOTALL)
    assert {*" ".join(lists).split()} | OWN == {*VERBS, *ALIASES}


@pytest.mark.parametrize("code", CODE_STRINGS.values(), ids=lambda code: code.text)
def test_every_code_string_means_a_verb_that_there_is(code: object) -> None:
    kind, verb = getattr(code, "on", ""), getattr(code, "verb", "")
    assert kind == "mail" or verb in {*VERBS, *ALIASES}
