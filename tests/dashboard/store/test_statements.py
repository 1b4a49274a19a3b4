"""How many statements each stage of an event's way takes: few, and the same for one as for several."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.store.farm.embedded import EmbeddedFarm
from dashboard.store.intake.acceptance import accept
from qubecb.events import parse_event
from qubecb.runner.farm.port import JobQuery
from tests.dashboard.store.site import Site, ended

#: PostgreSQL's own: the dispatcher's lock, the locks of runs that end and of an hour's counts.
POSTGRES = connection.vendor == "postgresql"


def statements(act: Callable[[], object]) -> int:
    """Count what is asked of the database, BEGIN and COMMIT among them."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def taking_in(*jobs: int) -> None:
    now = time.time()
    sent = [{"name": "submit", "type": "job", "job": {"id": job}} for job in jobs]
    accept([parse_event(each, now) for each in sent], source="emit")


@pytest.fixture
def warm(site: Site) -> Site:
    """A site with three callbacks of one event, at which one event has come through."""
    site.write("".join(f"{name}.py = submit-job-self\n" for name in "abc"))
    taking_in(1)
    site.dispatcher.step()
    site.record(*map(ended, site.claim()))
    return site


@pytest.mark.parametrize("jobs", [(7,), (7, 8)])
def test_each_stage_takes_few_statements(warm: Site, jobs: tuple[int, ...]) -> None:
    assert statements(lambda: taking_in(*jobs)) <= 3 + POSTGRES
    assert statements(warm.dispatcher.step) <= 9 + POSTGRES
    assert statements(warm.claim) <= 6


def test_outcomes_take_few_statements(warm: Site) -> None:
    counts = []
    for jobs in ((7,), (8, 9)):
        taking_in(*jobs)
        warm.dispatcher.step()
        outcomes = [*map(ended, warm.claim())]
        counts.append(statements(partial(warm.record, *outcomes)))
    assert counts[0] == counts[1] <= 6 + 4 * POSTGRES


@pytest.mark.parametrize(("jobs", "most"), [((7,), 1), ((7, 8), 6), ((7, 8, 9), 6)])
def test_what_a_script_asks_of_jobs_takes_few_statements(
    warm: Site, jobs: tuple[int, ...], most: int
) -> None:
    taking_in(*jobs)
    warm.dispatcher.step()
    query = JobQuery(id=jobs)
    assert statements(lambda: EmbeddedFarm().jobinfo(query)) <= most
