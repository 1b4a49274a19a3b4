"""`manage.py why`: the answer as text and as JSON."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.dashboard.store.past.farm import CONFIG, Farm


def asked(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("why", *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_cause_the_way_and_the_trigger_are_printed(farm: Farm) -> None:
    event = farm.happen("complete-work-1")
    told = asked("both.py", event=event)
    assert told.splitlines()[0] == (
        "waiting-for: both.py did not run for complete-work-1 of job 7, because the event "
        "counts, and the trigger still waits for `complete-work-self-2`"
    )
    assert "  NO  trigger: the event counts" in told
    assert "  all of (not true)\n    complete-work-self-1 (satisfied)" in told


def test_without_a_file_every_mapping_has_a_line(farm: Farm) -> None:
    lines = asked("--job=7").splitlines()
    assert len(lines) == len(CONFIG.splitlines()) - 2  # one blank, one file twice
    assert any(line.startswith("no-event: own.py") for line in lines)


def test_json_is_what_the_api_gives(farm: Farm) -> None:
    told = json.loads(asked("own.py", "--job=7", format="json"))
    assert told["cause"]["code"] == "no-event"
    assert len(json.loads(asked("--job=7", format="json"))["items"]) > 1


def test_a_span_is_told_as_a_funnel(farm: Farm) -> None:
    farm.happen("failed-work-8")
    lines = asked("item.py", since="7d").splitlines()
    assert lines[0].startswith("other-extra: item.py did not run between ")
    assert [each.split() for each in lines[2:8]] == [
        *(["1", "of-kind"], ["1", "right-job"], ["0", "trigger-true"]),
        *(["0", "kept-back"], ["0", "started"], ["0", "ended-well"]),
    ]
    told = json.loads(asked("item.py", since="7d", format="json"))
    assert told["funnel"][0] == {"step": "of-kind", "count": 1}


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        (["none.py"], {"since": "7d"}, "no callbacks.conf names none.py"),
        (["own.py"], {"since": "soon"}, "--since: "),
        (["own.py"], {"since": "1h", "until": "2h"}, "--since must be before"),
        (["own.py"], {"since": "1h", "job": "7"}, "ask about a file alone"),
        ([], {"until": "1h"}, "ask about a file alone"),
        (["own.py"], {}, "give --event ID"),
        (["own.py"], {"event": "e-99"}, "no event with the id e-99"),
        (["none.py"], {"job": "7"}, "no callbacks.conf names none.py"),
        ([], {"job": "007"}, "must not begin with a zero"),
        (
            [],
            {"job": "7", "directory": "/none"},
            "--directory is given with a file only",
        ),
        (["own.py"], {"since": "2998-01-01", "until": "2999-01-01"}, "--since must be"),
        ([], {"event": "\udcff"}, r"no event with the id \\udcff"),
        (["\udcff.py"], {"job": "7"}, r"no callbacks.conf names \\udcff.py"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_said(
    farm: Farm, arguments: list[str], options: dict[str, str], told: str
) -> None:
    written = [*arguments, *(f"--{name}={each}" for name, each in options.items())]
    with pytest.raises(CommandError, match=told):
        asked(*written)
