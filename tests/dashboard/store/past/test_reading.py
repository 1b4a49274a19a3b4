"""What is read to answer does not depend on how much there is."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.dashboard.store.past.farm import CONFIG, Farm


def statements(farm: Farm, event: str) -> list[int]:
    """How many statements each kind of question takes; each only reads."""
    counts = []
    for ask in (
        lambda: farm.why(event, "both.py"),
        lambda: farm.why_job("both.py"),
        lambda: farm.why_each_of_job(),
        lambda: farm.why_each_of_event(event),
    ):
        with CaptureQueriesContext(connection) as queries:
            ask()
        assert all(
            each["sql"].lstrip().startswith(("SELECT", "WITH")) for each in queries
        )
        counts.append(len(queries))
    return counts


def test_the_number_of_statements_is_the_same_for_1_and_for_50(farm: Farm) -> None:
    labelled = "label.py = failed-work-render-* && complete-work-self-1\n"
    farm.site.write(CONFIG + labelled)
    farm.happen("submit-job", pgrp=7)
    farm.happen("submit-job", 20, pgrp=7, label="render")
    event = farm.happen("failed-job")
    few = statements(farm, event)
    many = "".join(f"more{each}.py = failed-work-render-*\n" for each in range(50))
    farm.site.write(CONFIG + labelled + many)
    farm.happen("submit-job", pgrp=7)
    for each in range(5):
        farm.site.take_in("submit-job", 30 + each, pgrp=7, label="render")
        farm.site.take_in(f"failed-work-{each}", 30 + each)
        farm.site.take_in("failed-job")
    assert statements(farm, farm.happen("failed-job")) == few
    assert max(few) <= 20
