"""Every rule: documented on itself, and its own examples show it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qubecb import lint
from qubecb.conffile import qb_conf
from qubecb.conffile.document import Document
from qubecb.conffile.editing import apply_fix
from qubecb.conffile.names import name_fault
from qubecb.conffile.parsing import mapping_lines
from qubecb.lint import Finding, check_text
from qubecb.lint.documentation import COMMAND, render
from qubecb.lint.registry import all_rules, document
from qubecb.lint.rule import Rule
from qubecb.lint.trigger_rules import TRIGGER_RULES
from qubecb.triggers import ERROR_CODES, NOTE_CODES

RULES = all_rules()
SHOWN = [each for each in RULES if "```conf" in document(each)]
DOCUMENTS = Path(lint.__file__).parent / "documents"
DOCS = Path(__file__).parents[3] / "docs" / "rules.md"


def example(rule: Rule, heading: str) -> bytes:
    """The configuration under one of a rule's headings."""
    part = document(rule).split(f"## {heading}\n")[1]
    block = re.search(r"```conf\n(.*?)```", part, re.DOTALL)
    assert block is not None
    return block[1].encode()


def found(rule: Rule, config: bytes, directory: Path) -> list[Finding]:
    """What this rule says of a configuration whose scripts all exist."""
    for line in mapping_lines(Document.from_bytes(config)):
        if name_fault(line.file) is None:
            (directory / line.file).touch()
    findings = check_text(config, directory, qb_conf.load(None))
    return [each for each in findings if each.code == rule.code]


def test_codes_and_names_are_unique() -> None:
    assert len({each.code for each in RULES}) == len(RULES)
    assert len({each.name for each in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda each: each.code)
def test_a_rule_has_every_section_in_its_document(rule: Rule) -> None:
    assert re.fullmatch(r"QCB[1-5][0-9]{2}", rule.code)
    headings = re.findall(r"^## (.*)$", document(rule), re.MULTILINE)
    assert headings == ["What it does", "Why is this bad?", "Example", "Use instead"]


def test_every_document_is_of_a_rule() -> None:
    documents = {path.stem for path in DOCUMENTS.iterdir()}
    assert documents == {rule.name for rule in RULES}


@pytest.mark.parametrize("rule", SHOWN, ids=lambda each: each.code)
def test_the_example_of_a_rule_is_found(rule: Rule, tmp_path: Path) -> None:
    config = example(rule, "Example")
    (finding,) = found(rule, config, tmp_path)
    line = config.decode().splitlines()[(finding.line or 0) - 1]
    assert finding.source == line
    assert 1 <= (finding.column or 0) <= (finding.end_column or 0) <= len(line) + 1
    assert finding.message
    assert finding.severity == rule.severity


@pytest.mark.parametrize("rule", SHOWN, ids=lambda each: each.code)
def test_what_to_use_instead_has_no_finding_at_all(rule: Rule, tmp_path: Path) -> None:
    config = example(rule, "Use instead")
    found(rule, config, tmp_path)
    assert check_text(config, tmp_path, qb_conf.load(None)) == []


@pytest.mark.parametrize("rule", SHOWN, ids=lambda each: each.code)
def test_a_fix_mends_the_example(rule: Rule, tmp_path: Path) -> None:
    config = example(rule, "Example")
    (finding,) = found(rule, config, tmp_path)
    if finding.fix is None:
        return
    fix = finding.fix
    document = Document.from_bytes(config)
    mended = apply_fix(document, fix.line, fix.text, fix.remove)
    assert found(rule, mended.to_bytes(), tmp_path) == []


@pytest.mark.parametrize(
    ("name", "fixed"),
    [
        ("link-prefix", True),
        ("star-context", True),
        ("star-on-job", True),
        ("word-operator", True),
        ("escaped-star", True),
        ("repeated-file", True),
        ("quoted-trigger", True),
        ("unknown-event-name", True),
        ("line-without-mapping", True),
        ("blank-in-label", False),
    ],
)
def test_a_fix_is_offered_where_the_mend_is_plain(
    name: str, fixed: bool, tmp_path: Path
) -> None:
    rule = next(each for each in RULES if each.name == name)
    (finding,) = found(rule, example(rule, "Example"), tmp_path)
    assert (finding.fix is not None) == fixed


def test_every_mistake_and_note_of_the_trigger_language_has_one_rule() -> None:
    claimed = [code for row in TRIGGER_RULES for code in row.codes]
    assert sorted(claimed) == sorted([*ERROR_CODES, *NOTE_CODES])


def test_the_page_of_rules_is_made_from_them() -> None:
    assert DOCS.read_text() == render(), f"make it again: {COMMAND}"
