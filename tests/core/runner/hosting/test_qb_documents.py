"""The documents about qb and the Qube language: complete, and their examples run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qubecb.events import parse_event
from qubecb.jobs.modifying import MODIFIABLE
from qubecb.jobs.verbs import ALIASES, VERBS
from qubecb.runner.farm.arguments import ALWAYS, KEYS
from qubecb.runner.farm.memory import MemoryFarm
from qubecb.runner.order import Order
from qubecb.runner.qcb.code_strings import CODE_STRINGS, parse_code
from qubecb.runner.qcb.templates import VARIABLES
from tests.core.runner.children import converse, perl, python

DOCS = Path(__file__).parents[4] / "docs"
QB = (DOCS / "qb-module.md").read_text()
LANGUAGE = (DOCS / "qube-language.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def examples() -> list[tuple[str, str, str]]:
    """Language, script and what it prints, of each example of the page."""
    blocks = BLOCK.findall(QB)[1:]
    pairs = zip(blocks[::2], blocks[1::2], strict=True)
    return [(kind, script, printed) for (kind, script), (_, printed) in pairs]


def test_every_block_of_the_page_is_an_example_or_what_it_prints() -> None:
    kinds = [kind for kind, _ in BLOCK.findall(QB)]
    assert kinds[0] == "json"
    assert set(kinds[1::2]) == {"python", "perl"}
    assert set(kinds[2::2]) == {"text"}


@pytest.mark.parametrize(("language", "script", "printed"), examples())
def test_the_examples_print_what_the_page_says(
    language: str, script: str, printed: str
) -> None:
    jobs = json.loads(BLOCK.findall(QB)[0][1])
    event = parse_event(
        {"name": "failed", "type": "work", "extra": "7", "job": jobs[1]}, 1.0
    )
    order = Order("run", Path("/callbacks"), "x", event, event.job)
    command = python(script) if language == "python" else perl("use strict;" + script)
    talk = converse(command, order, MemoryFarm(*jobs))
    assert (talk.output, talk.status) == (printed, 0)


@pytest.mark.parametrize("verb", sorted({*VERBS, *ALIASES}))
def test_every_verb_is_documented(verb: str) -> None:
    assert f"`{verb}`" in QB


@pytest.mark.parametrize("key", sorted({*KEYS} - ALWAYS))
def test_every_key_of_jobinfo_is_documented(key: str) -> None:
    assert f"`-{key}`" in QB


def test_every_field_that_modify_takes_is_documented() -> None:
    paragraph = QB.split("`modify` takes a dict first.")[1].split("\n\n")[0]
    assert sorted(MODIFIABLE - set(re.findall(r"\w+", paragraph))) == []


@pytest.mark.parametrize("text", sorted(CODE_STRINGS))
def test_every_code_string_is_documented(text: str) -> None:
    assert f"`{text}`" in LANGUAGE


def test_exactly_the_variables_of_templates_are_documented() -> None:
    lists = LANGUAGE.split("empty.\n")[1].split("What a job")[0]
    assert set(re.findall(r"`([A-Z_]+)`", lists)) == VARIABLES


def test_the_example_of_the_language_is_whole() -> None:
    ((kind, text),) = BLOCK.findall(LANGUAGE)
    lines, problems = parse_code(text)
    assert (kind, len(lines), problems) == ("qcb", 2, [])
