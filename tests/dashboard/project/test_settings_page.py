"""docs/settings.md names every setting, with its default and its meaning, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.project.environment import SETTINGS, Setting

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
_ROW = re.compile(r"^\| `(QUBECB_\w+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
ROWS = {found[1]: (found[2], found[3]) for found in _ROW.finditer(PAGE.read_text())}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_stands_in_the_page_as_it_is(setting: Setting) -> None:
    default = {None: "not set", "": "empty"}.get(
        setting.default, f"`{setting.default}`"
    )
    meaning = f"{setting.help} *secret*" if setting.secret else setting.help
    assert ROWS.get(setting.name) == (default, meaning)


def test_the_page_names_no_other_setting() -> None:
    assert set(ROWS) == {setting.name for setting in SETTINGS}


def test_what_the_text_mentions_exists() -> None:
    mentioned = set(re.findall(r"QUBECB_[A-Z_]+", PAGE.read_text()))
    known = {setting.name for setting in SETTINGS}
    assert {name.removesuffix("_FILE") for name in mentioned} <= known
