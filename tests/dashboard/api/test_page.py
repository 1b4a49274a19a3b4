"""docs/api.md and docs/rights.md say what is there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.test import Client

from dashboard.api.firing import MatchOut
from dashboard.api.run_schemas import RUN_PARAMETERS, RunOut
from dashboard.models.rights import TOKEN_RIGHTS
from qubecb.runner.outcome import RunState

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "api.md").read_text()
EXAMPLES = [
    json.loads(found) for found in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
]


def example(*keys: str) -> Any:
    """The first example with these keys."""
    return next(
        each for each in EXAMPLES if isinstance(each, dict) and set(keys) <= set(each)
    )


def test_every_call_is_in_the_page(db: None) -> None:
    described = Client().get("/api/openapi.json").json()["paths"]
    assert described
    for path, calls in described.items():
        shown = re.sub(r"\{[^}]*\}", "ID", path)
        for method in calls:
            assert f"{method.upper()} {shown}`" in PAGE


def test_every_parameter_and_state_is_in_the_page() -> None:
    for name in (str(parameter["name"]) for parameter in RUN_PARAMETERS):
        assert f"`{name}`" in PAGE
    assert " ".join(state.value for state in RunState) in PAGE


def test_every_metric_is_in_the_page(operator: Any) -> None:
    text = operator.get("/metrics").content.decode()
    names = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE)) - {"qubecb_info"}
    assert {name for name in names if name not in PAGE} == set()


def test_the_example_of_an_event_is_accepted(operator: Any) -> None:
    sent = example("name", "type", "extra", "job")
    assert operator.post("/api/events", sent).status_code == 202


def test_the_examples_have_the_keys_of_the_answers() -> None:
    assert set(example("callback", "actions")) == set(RunOut.model_fields)
    assert set(example("specs")) == set(MatchOut.model_fields)


def test_every_right_is_in_its_page() -> None:
    page = (DOCS / "rights.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(TOKEN_RIGHTS)
