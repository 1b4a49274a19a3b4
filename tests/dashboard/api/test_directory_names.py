"""A directory is given by its path, and beside it by the name that addresses have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.project.environment import Environment
from dashboard.store.configuration.editing import observe_all
from tests.dashboard import factories

EVENT = {"name": "failed", "type": "job", "job": {"id": 5042}}
CONFIG = "mail.py = failed-job-self\n"


@pytest.fixture
def studios(tmp_path: Path, settings: Any, db: None) -> dict[str, Path]:
    """Two directories of which the last folder is the same, by their names."""
    named = {"studio": tmp_path / "a" / "studio", "studio-2": tmp_path / "b" / "studio"}
    for path in named.values():
        path.mkdir(parents=True)
        (path / "callbacks.conf").write_text(CONFIG)
        (path / "mail.py").write_text("print()\n")
    given = {"QUBECB_CALLBACK_PATH": ",".join(map(str, named.values()))}
    settings.ENVIRONMENT = Environment(given)
    observe_all()
    return named


def told(value: Any) -> Iterator[tuple[str, str | None]]:
    """Every directory in an answer: its path and its name."""
    if isinstance(value, dict):
        if "directory" in value:
            yield value["directory"], value["directory_name"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from told(each)


def test_every_path_of_a_directory_has_its_name_beside_it(
    operator: Any, studios: dict[str, Path]
) -> None:
    runs = [factories.run(directory=str(path)) for path in studios.values()]
    answers = [
        operator.get("/api/callbacks"),
        operator.get("/api/runs"),
        operator.post("/api/match", {"event": EVENT}),
        operator.post("/api/fire", {"event": EVENT, "rung": "match"}),
        operator.post("/api/fire", {"event": EVENT, "rung": "simulate"}),
    ]
    expected = {(str(path), name) for name, path in studios.items()}
    for answer in answers:
        assert set(told(answer.json())) == expected
    one = operator.get(f"/api/runs/{runs[1].pk}").json()
    assert list(told(one)) == [(str(studios["studio-2"]), "studio-2")]


def test_a_directory_that_left_the_list_keeps_its_name_in_its_runs(
    operator: Any, studios: dict[str, Path], settings: Any
) -> None:
    run = factories.run(directory=str(studios["studio-2"]))
    settings.ENVIRONMENT = Environment({"QUBECB_CALLBACK_PATH": "/other"})
    found = operator.get(f"/api/runs/{run.pk}").json()
    assert found["callback"]["directory_name"] == "studio-2"


def test_runs_are_filtered_by_a_directory_s_name_or_its_path(
    operator: Any, studios: dict[str, Path]
) -> None:
    for path in studios.values():
        factories.run(directory=str(path), file="mail.py")
    for name, path in studios.items():
        for called in (name, str(path)):
            found = operator.get("/api/runs", callback=f"{called}/mail.py").json()
            assert list(told(found)) == [(str(path), name)]
    nothing = operator.get("/api/runs", callback="STUDIO/mail.py").json()
    assert nothing["items"] == []


def test_a_run_of_a_directory_that_nobody_named_has_none(
    operator: Any, studios: dict[str, Path]
) -> None:
    run = factories.run(directory="/gone/long/ago")
    found = operator.get(f"/api/runs/{run.pk}").json()
    assert found["callback"]["directory_name"] is None


def test_a_body_may_call_a_directory_by_its_name_or_its_path(
    caller: Any, studios: dict[str, Path]
) -> None:
    editor = caller("editor")
    for name, path in studios.items():
        for called in (name, str(path)):
            body = {"event": EVENT, "directory": called, "callback": "mail.py"}
            answers = [
                editor.post("/api/match", body),
                editor.post("/api/match", {**body, "config": CONFIG}),
                editor.post("/api/fire", {**body, "rung": "match"}),
            ]
            for answer in answers:
                assert set(told(answer.json())) == {(str(path), name)}
            assert editor.post("/api/check", {"directory": called}).status_code == 200


@pytest.mark.parametrize("called", ["STUDIO", "0", "studio-3", "studio/"])
def test_what_is_no_name_is_refused_with_the_names_there_are(
    operator: Any, studios: dict[str, Path], called: str
) -> None:
    answer = operator.post("/api/check", {"directory": called})
    assert answer.status_code == 422
    assert "/b/studio (studio-2)" in answer.json()[0]["message"]
