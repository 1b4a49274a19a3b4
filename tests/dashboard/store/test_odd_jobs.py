"""Jobs that no farm should send: every accepted event is planned, on every database."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dashboard.models import EventRecord, JobItem
from dashboard.store.farm.embedded import EmbeddedFarm
from qubecb.events import LONGEST_EXTRA
from qubecb.jobs.ids import LARGEST_ID
from qubecb.runner.farm.port import JobQuery
from tests.dashboard.store.site import Site

#: Text that takes four bytes a character and that no database compresses.
_RANDOM = random.Random(5)  # noqa: S311 (no secret)
WIDE = "".join(chr(_RANDOM.randrange(0x20000, 0x2A6D0)) for _ in range(20_000))
ODD: dict[str, dict[str, Any]] = {
    "agenda of numbers": {"agenda": [1, None, [2], {"name": [3]}, {"name": None}]},
    "agenda as text": {"agenda": "all"},
    "item with a status object": {"agenda": [{"name": "7", "status": {"a": 1}}]},
    "item with a status list": {"agenda": [{"name": "7", "status": [1]}]},
    "item with a long status": {"agenda": [{"name": "7", "status": WIDE}]},
    "item with a long name": {"agenda": [{"name": WIDE}, {"name": WIDE, "host": "a"}]},
    "instances of text": {"subjobs": [{"id": "0"}, {"id": -1}, {"id": True}, "x"]},
    "instance with a status object": {"subjobs": [{"id": 7, "status": {}}]},
    "instance with a huge id": {"subjobs": [{"id": LARGEST_ID}]},
    "long texts": dict.fromkeys(("name", "label", "status", "user"), WIDE),
    "own parent": {"pid": 7, "pgrp": 7},
    "huge relatives": {"pid": LARGEST_ID, "pgrp": LARGEST_ID},
    "fields of our own tables": {"fields": 5, "binding": [], "since": {}, "removed": 1},
    "callbacks and times of no kind": {"callbacks": {"a": []}, "timesubmit": "never"},
    "keys of no kind": {"": 1, WIDE[:100]: 2, "a.b[0]": 3},
}


@pytest.fixture
def callbacks(site: Site) -> Site:
    """A site whose callbacks want to know about everything."""
    site.write(
        "self.py = submit-job-self || running-work-self-* || running-subjob-self-*\n"
        "kin.py = running-work-parent-* && running-work-render-* && complete-job-7\n"
    )
    return site


@pytest.mark.parametrize("fields", ODD.values(), ids=ODD)
def test_every_accepted_event_is_planned(
    callbacks: Site, fields: dict[str, Any]
) -> None:
    for spec in ("submit-job", "running-work-7", "running-subjob-7", "removed-job"):
        callbacks.send(spec, job=7, **fields)
    assert set(EventRecord.objects.values_list("remark", flat=True)) == {""}
    assert not EventRecord.objects.filter(planned_at=None).exists()
    assert len(callbacks.claim()) == 3


@pytest.mark.parametrize("fields", ODD.values(), ids=ODD)
def test_callbacks_can_ask_for_the_job(site: Site, fields: dict[str, Any]) -> None:
    site.send("submit-job", job=7, **fields)
    site.send("running-work-7", job=7, **fields)
    [info] = EmbeddedFarm().jobinfo(JobQuery(id=(7,)))
    assert info["id"] == 7


def test_an_item_of_a_long_name_can_be_the_subject(callbacks: Site) -> None:
    callbacks.send(f"running-work-{WIDE[:LONGEST_EXTRA]}", job=7)
    assert JobItem.objects.get().status == "running"
    assert len(callbacks.claim()) == 1
