"""Whatever somebody can make long is handled in time linear in it, at every door.

Each door is given once and 16 times an input of the worst kind that is known for it. Who adds
something that reads what others write adds its door (tests/dashboard/growth).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dashboard.forms.fields import FilterForm
from dashboard.forms.runs import RunFilterForm
from dashboard.forms.why import SpanForm, WhyForm
from qubecb import json_pieces, strict_json
from qubecb.events import Event, parse_event
from qubecb.jobs import Job, JobRecord, after_event
from qubecb.runner.mask import masked
from tests.dashboard.growth.configurations import CONFIGURATIONS, checked, qb_conf
from tests.dashboard.growth.events import EVENTS
from tests.dashboard.growth.runs import RUNS
from tests.dashboard.growth.texts import TEXTS
from tests.measuring import (
    Work,
    grows_with_its_input,
    is_sooner,
    lets_others_work,
)

KIBIBYTE = 1024


def test_work_that_grows_with_the_square_of_its_input_is_found() -> None:
    def squared(times: int) -> Work:
        return lambda: [sum(range(100 * times)) for _ in range(500 * times)]

    with pytest.raises(AssertionError, match="1 and 16 times"):
        grows_with_its_input(squared)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_of_any_length(name: str, tmp_path: Path) -> None:
    (tmp_path / "callbacks.conf").touch()
    assert grows_with_its_input(checked(CONFIGURATIONS[name], tmp_path))


@pytest.mark.parametrize("name", RUNS)
def test_what_a_run_says(name: str) -> None:
    assert grows_with_its_input(RUNS[name])


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_sent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for shorter in ("_LONG", "_SHORT"):  # all of it in one way, the slower one
        monkeypatch.setattr(strict_json, shorter, 0)
    assert grows_with_its_input(EVENTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_shown(name: str) -> None:
    assert grows_with_its_input(TEXTS[name])


def test_qb_conf_of_any_length(tmp_path: Path) -> None:
    assert grows_with_its_input(qb_conf(tmp_path))


def test_an_event_is_understood_sooner_than_it_is_read() -> None:
    sent, event = large_text(), large()
    assert is_sooner(lambda: parse_event(event, 0.0), lambda: strict_json.read(sent))


# Addresses.


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        *("/search/?q=", "/runs/?text=", "/runs/?event=", "/runs/?trigger=", "/jobs/"),
        *("/runs/?before=", "/runs/?job=", "/runs/?since=", "/events/?name="),
        "/triggers/?since=",
    ],
)
def test_an_address_of_any_length(viewer: Client, address: str) -> None:
    def asked(times: int) -> Work:
        return lambda: viewer.get(address + "1" * 3_000 * times)

    assert grows_with_its_input(asked)


FILTERS = [
    (form, field)
    for form in (RunFilterForm, WhyForm, SpanForm)
    for field in form().fields
]


@pytest.mark.parametrize(("form", "field"), FILTERS)
def test_a_filter_of_any_length(form: type[FilterForm], field: str) -> None:
    def asked(times: int) -> Work:
        return lambda: form({field: "1-" * 20_000 * times}).is_valid()

    assert grows_with_its_input(asked)


# Nobody waits meanwhile.

MEBIBYTE = 1024 * KIBIBYTE
MANY = {"a": [[]] * 900_000, "b": [{"name": "1", "status": "running"}] * 100_000}
FIELDS = {f"f{number}": "" for number in range(900_000)}
COMPACT = json.JSONEncoder(separators=(",", ":")).encode


@cache
def large() -> dict[str, Any]:
    """As many fields as fit into a body."""
    return {"name": "x", "type": "job", "job": {"id": 1, **FIELDS}}


@cache
def large_text() -> str:
    return json_pieces.write(large(), COMPACT)


@cache
def known() -> Job:
    return Job.from_dict(large()["job"])


HOLDS: dict[str, Work] = {
    "masking": lambda: masked(b"token=x, " * (MEBIBYTE // 9)),
    "reading lists": lambda: strict_json.read("[" + "[]," * 900_000 + "1]"),
    "reading texts": lambda: strict_json.read("[" + '"",' * 900_000 + "1]"),
    "counting": lambda: strict_json.values_in("[" + "[]," * 3_000_000 + "1]"),
    "reading fields": lambda: strict_json.read(large_text()),
    "reading what is stored": lambda: strict_json.load(large_text()),
    "understanding an event": lambda: parse_event(large(), 0.0),
    "planning an event": lambda: after_event(
        known(), Event("", "x", "job", None, 0, known())
    ),
    "telling of a job": lambda: JobRecord.of(known()).info(),
    "writing": lambda: json_pieces.write(MANY),
    "writing fields": lambda: json_pieces.write(FIELDS),
}


@pytest.mark.parametrize("name", HOLDS)
def test_no_work_keeps_other_threads_waiting(name: str) -> None:
    work = HOLDS[name]
    work()  # makes its input
    assert lets_others_work(work)
