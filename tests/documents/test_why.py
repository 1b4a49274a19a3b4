"""The page about why names every code, step and verdict."""

from __future__ import annotations

from typing import get_args

from qubecb.why.answer import SpecState
from qubecb.why.causes import KINDS, Step
from tests.documents.pages import ROOT

PAGE = (ROOT / "docs" / "why.md").read_text()


def test_every_cause_is_in_its_table_in_order() -> None:
    rows = [
        f"| `{code.value}` | {kind.meaning} | "
        f"{', '.join(f'`{each}`' for each in kind.parameters)} |"
        for code, kind in KINDS.items()
    ]
    assert "\n".join(rows) in PAGE


def test_every_step_and_verdict_is_named() -> None:
    for each in (*Step, *get_args(SpecState)):
        assert f"`{each}`" in PAGE
