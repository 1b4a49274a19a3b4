"""docs/callbacks-conf.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qubecb.conffile.document import Document
from qubecb.conffile.names import LANGUAGES
from qubecb.conffile.options import OPTION_KINDS, parse_options
from qubecb.conffile.parsing import mapping_lines
from tests.core.conffile.samples import DOCUMENTED

PAGE = (Path(__file__).parents[3] / "docs" / "callbacks-conf.md").read_text()
BLOCKS = re.findall(r"```conf\n(.*?)```", PAGE, re.DOTALL)


def test_the_documentations_example_stands_on_the_page() -> None:
    assert BLOCKS[0].encode() == DOCUMENTED


def test_the_example_of_settings_can_be_read() -> None:
    (mapping,) = mapping_lines(Document.from_bytes(BLOCKS[1].encode()))
    assert mapping.options.as_dict() == {"timeout": 300, "memory": 4 * 1024**3}


@pytest.mark.parametrize("key", OPTION_KINDS)
def test_every_setting_stands_on_the_page_with_its_bounds(key: str) -> None:
    kind = OPTION_KINDS[key]
    pattern = rf"\| `{key}` \| {kind.unit} \| (\S+) \| (\S+) \| {kind.meaning} \|"
    row = re.search(pattern, PAGE)
    assert row is not None
    bounds = [parse_options(f"{key}={text}", 1, 0) for text in row.groups()]
    assert bounds == [({key: kind.least}, []), ({key: kind.most}, [])]


@pytest.mark.parametrize("extension", LANGUAGES)
def test_every_extension_stands_on_the_page(extension: str) -> None:
    assert re.search(rf"\| `{extension}` \| .* \| `{LANGUAGES[extension]}` \|", PAGE)
