"""No parameter of any call, whatever it holds, is answered by 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.api.application import api
from tests.dashboard import factories
from tests.dashboard.hostile_values import VALUES


def parameters() -> Iterator[tuple[str, str, str]]:
    """Method, path and name of every parameter that is described."""
    for path, calls in api.get_openapi_schema(path_prefix="/api/")["paths"].items():
        for method, call in calls.items():
            for each in call.get("parameters", ()):
                yield method, path, each["name"]


PARAMETERS = sorted(set(parameters()))


def test_there_are_parameters() -> None:
    assert ("get", "/api/runs", "since") in PARAMETERS
    assert ("get", "/api/runs/{run_id}/output", "offset") in PARAMETERS


@pytest.mark.parametrize(("method", "path", "name"), PARAMETERS)
def test_whatever_a_parameter_holds_it_is_answered(
    operator: Any, method: str, path: str, name: str
) -> None:
    run = factories.run()
    known = {"run_id": str(run.pk), "event_id": "unknown"}
    for value in VALUES:
        address = path.format(**{**known, name: value.replace("\0", "%00")})
        query = {} if f"{{{name}}}" in path else {name: value}
        answer = operator.client.generic(
            method.upper(), address, headers=operator.headers, query_params=query
        )
        assert answer.status_code in (200, 202, 404, 409, 422), value
