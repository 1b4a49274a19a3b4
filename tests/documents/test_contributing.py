"""What CONTRIBUTING.md says of the code is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from qubecb.jobs.verbs import ALIASES, VERBS
from qubecb.runner.hosting.inside import qb
from qubecb.runner.hosting.inside.qb_external import _EXTERNAL, _EXTERNAL_CLASSES
from qubecb.runner.qcb.code_strings import CODE_STRINGS

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "dashboard"
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


def test_no_row_of_the_database_is_read_by_number() -> None:
    rows = {path: ast.parse(path.read_text()) for path in DASHBOARD.rglob("*.py")}
    read = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in rows.items()
        for node in ast.walk(tree)
        if _is_by_number(node) and isinstance(node, ast.Subscript)
        if _is_by_number(node.value) or ast.unparse(node.value) in ("row", "each")
    ]
    assert read == []


def _is_by_number(node: ast.AST) -> bool:
    """Whether it is `something[3]`."""
    if not isinstance(node, ast.Subscript):
        return False
    index = node.slice.operand if isinstance(node.slice, ast.UnaryOp) else node.slice
    return isinstance(index, ast.Constant) and isinstance(index.value, int)


def perl_list(name: str) -> set[str]:
    """The words of a list in qb_calls.pm."""
    text = (ROOT / "qubecb/runner/hosting/inside/qb_calls.pm").read_text()
    [words] = re.findall(rf"my @{name} = qw\((.*?)\);", text, re.DOTALL)
    return set(words.split())


def test_python_has_every_verb_and_no_other() -> None:
    assert {*qb._VERBS} | OWN == {*VERBS, *ALIASES}


def test_perl_has_every_verb_and_no_other() -> None:
    assert perl_list("verbs") | OWN == {*VERBS, *ALIASES}


def test_perl_refuses_what_python_refuses_of_the_external_api() -> None:
    assert perl_list("external") == {*_EXTERNAL, *_EXTERNAL_CLASSES}


@pytest.mark.parametrize("code", CODE_STRINGS.values(), ids=lambda code: code.text)
def test_every_code_string_means_a_verb_that_there_is(code: object) -> None:
    kind, verb = getattr(code, "on", ""), getattr(code, "verb", "")
    assert kind == "mail" or verb in {*VERBS, *ALIASES}
