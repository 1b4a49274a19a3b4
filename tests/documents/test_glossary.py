"""The glossary's states are those that a run can be in, its rights those that there are."""

from __future__ import annotations

import re

from dashboard.models.rights import TOKEN_RIGHTS
from qubecb.runner.outcome import RunState
from tests.documents.pages import ROOT

PAGE = (ROOT / "docs" / "glossary.md").read_text("utf-8")


def test_every_state_of_a_run_is_explained_and_no_other() -> None:
    assert re.findall(r"^  \| `(\w+)` \|", PAGE, re.MULTILINE) == [
        state.value for state in RunState
    ]


def test_every_right_is_explained() -> None:
    (entry,) = re.findall(r"^- \*\*right\*\*:.*?(?=^- |\Z)", PAGE, re.DOTALL | re.M)
    assert set(re.findall(r"(?<!\*)\*(\w+)\*(?!\*)", entry)) == set(TOKEN_RIGHTS)
