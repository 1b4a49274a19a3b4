"""The commands of README and tutorial, typed as they stand there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.clone import Clone, cloned
from tests.end_to_end.installation import REPOSITORY, wait_until

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str, heading: str, language: str = "sh") -> list[str]:
    """The code blocks of one language that stand under a heading."""
    text = (REPOSITORY / document).read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    chosen = next(part for part in section if part.startswith(heading))
    return [code for found, code in _BLOCK.findall(chosen) if found == language]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """A clone whose `bin/up` runs."""
    with cloned(tmp_path_factory.mktemp("stranger")) as clone:
        clone.up()
        yield clone


def typed(clone: Clone, commands: str) -> str:
    """Type commands of a document, at this clone's port."""
    return clone.shell(commands.replace("http://127.0.0.1:8000", clone.address))


def test_the_five_minutes_of_the_readme_are_as_they_say(clone: Clone) -> None:
    send, runs, emit, explain, try_out = blocks("README.md", "Five minutes")
    assert json.loads(typed(clone, send))["accepted"] == 1
    token = typed(clone, ".venv/bin/python manage.py token create reader").strip()
    listed = f"TOKEN={token}\n{runs}"
    wait_until(
        lambda: (
            [
                (run["callback"]["file"], run["state"])
                for run in json.loads(typed(clone, listed))["items"]
            ]
            == [("submitted.py", "succeeded")]
        ),
        "submitted.py has run",
    )
    assert typed(clone, emit).strip()
    told = typed(clone, explain)
    assert "when any agenda item of the job fails or the job is killed" in told
    assert "2 of 4 fire" in told
    assert "succeeded" in typed(clone, f"({try_out}) 2>&1")


def test_the_tutorial_leads_to_a_callback_of_ones_own(clone: Clone) -> None:
    callbacks = clone.path / "var" / "callback"
    (script,) = blocks("docs/tutorial.md", "2.", "python")
    (callbacks / "failedFrame.py").write_text(script, encoding="utf-8")
    (try_out,) = blocks("docs/tutorial.md", "3.")
    assert "frame 7 of shot_010 (jo) failed" in typed(clone, try_out)

    (line,) = blocks("docs/tutorial.md", "4.", "")
    with (callbacks / "callbacks.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(line)
    (check,) = blocks("docs/tutorial.md", "4.")
    assert "2 of 5 fire" in typed(clone, check)
    wait_until(lambda: _is_noticed(clone), "the change on disk is noticed")

    (happen,) = blocks("docs/tutorial.md", "5.")
    typed(clone, happen)
    wait_until(lambda: _ended(clone, "failedFrame.py") == ["succeeded"], "it has run")


def _listed(clone: Clone, path: str) -> list[dict[str, object]]:
    token = clone.path / "token"
    if not token.exists():
        create = ".venv/bin/python manage.py token create listing"
        token.write_text(typed(clone, create).strip(), encoding="utf-8")
    command = (
        f'curl --silent --fail "{clone.address}{path}"'
        f' -H "Authorization: Bearer {Path(token).read_text(encoding="utf-8")}"'
    )
    items: list[dict[str, object]] = json.loads(typed(clone, command))["items"]
    return items


def _is_noticed(clone: Clone) -> bool:
    found = {item["file"] for item in _listed(clone, "/api/callbacks")}
    return "failedFrame.py" in found


def _ended(clone: Clone, file: str) -> list[object]:
    return [run["state"] for run in _listed(clone, f"/api/runs?callback={file}")]
