"""The OpenAPI document is what the API does: fuzzed from it, no answer differs from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dashboard.project.wsgi import application
from dashboard.store.people import tokens
from dashboard.store.people.audit import By
from tests.dashboard import factories

#: Which characters of Unicode can be printed, and that no text holds a NUL however deep it
#: is, is more than a pattern can say.
CONFIG = SchemathesisConfig.from_dict(
    {"generation": {"codec": "ascii", "allow-x00": False}}
)
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application, config=CONFIG)


@pytest.fixture
def secret(callbacks: Path) -> str:
    """A token with every right, on a site with an event and some runs."""
    event = factories.event()
    for state in ("succeeded", "failed", "suppressed"):
        factories.run(state=state, event=event.sequence)
    return tokens.create("fuzzer", "administrator", by=By("ann", "192.0.2.7"))


def test_a_run_of_several_events_is_as_the_document_says(secret: str) -> None:
    by = [
        ["a-job-self", None, None, None],
        ["b-job-self", 7, "e-7", "2026-11-27 19:56:21.123456"],
    ]
    run = factories.run(trigger="a-job-self && b-job-self", satisfied_by=by)
    case = schema["/api/runs/{run_id}"]["GET"].Case(
        path_parameters={"run_id": str(run.pk)}
    )
    answer = case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})
    assert len(answer.json()["satisfied_by"]) == 2


#: A directory or a mapping that is not there is refused, which no document can foresee.
NAMED = ("/api/check", "/api/match", "/api/fire", "/api/why", "/api/backtest")


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_differs_from_the_document(case: Any, secret: str) -> None:
    excluded = [positive_data_acceptance] if case.operation.path in NAMED else []
    case.call_and_validate(
        headers={"Authorization": f"Bearer {secret}"}, excluded_checks=excluded
    )
