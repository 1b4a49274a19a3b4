"""No parameter of any call, whatever it holds, is answered by 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dashboard.api.application import api
from dashboard.models import Run
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
    caller: Any, method: str, path: str, name: str
) -> None:
    administrator, run = caller("administrator"), factories.run()
    known = {"run_id": str(run.pk), "event_id": "unknown"}
    for value in VALUES:
        address = path.format(**{**known, name: value.replace("\0", "%00")})
        query = {} if f"{{{name}}}" in path else {name: value}
        answer = administrator.client.generic(
            method.upper(), address, headers=administrator.headers, query_params=query
        )
        assert answer.status_code in (200, 202, 404, 409, 422), value


def test_a_parameter_given_twice_is_refused(operator: Any) -> None:
    path = f"/api/runs/{factories.run(state='failed').pk}"
    for method, address, name in (
        *(("get", "/api/runs", name) for name in ("limit", "job", "since", "open")),
        ("get", f"{path}/output", "offset"),
        ("post", f"{path}/replay", "seen"),
    ):
        sent = f"{address}?{name}=1&{name}=2"
        answer = operator.client.generic(method.upper(), sent, headers=operator.headers)
        told = {
            "index": None,
            "path": name,
            "message": "is given 2 times; give it once",
        }
        assert (answer.status_code, answer.json()) == (422, [told])
    assert Run.objects.count() == 1


def test_several_states_may_be_given(operator: Any) -> None:
    factories.run(state="failed")
    answer = operator.get("/api/runs", state=["failed", "lost"])
    assert len(answer.json()["items"]) == 1


def test_a_parameter_that_a_call_does_not_take_is_refused(operator: Any) -> None:
    path = f"/api/runs/{factories.run(state='failed').pk}"
    for method, address in (
        *(("get", "/api/runs"), ("get", f"{path}/output"), ("post", f"{path}/replay")),
    ):
        answer = operator.client.generic(
            method.upper(), f"{address}?offst=5", headers=operator.headers
        )
        told = {"index": None, "path": "offst", "message": "is not a parameter"}
        assert (answer.status_code, answer.json()) == (422, [told])
    assert Run.objects.count() == 1


@pytest.mark.parametrize("limit", ["0", "501", "", "1_0", "٣", "1e2", "9" * 5_000])
def test_a_number_says_between_what_it_must_be(operator: Any, limit: str) -> None:
    answer = operator.get("/api/runs", limit=limit)
    assert answer.status_code == 422
    assert answer.json()[0]["message"] == "must be a whole number from 1 to 500"
