"""Revisions as the pages list them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.queries import configuration as queries
from tests.dashboard.sites import Site

pytestmark = pytest.mark.django_db


def make(site: Site, count: int) -> None:
    for at in range(count):
        site.write(b"mail.py = failed-work-self-%d\n" % at)
        site.observe()


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_revisions_is_two_queries(site: Site, count: int) -> None:
    make(site, count)
    with CaptureQueriesContext(connection) as captured:
        rows, _ = queries.history(site.path)
    assert (len(rows), len(captured)) == (count, 2)
    assert [row.first for row in rows] == [False] * (count - 1) + [True]


def test_the_last_of_a_page_is_compared_with_the_first_of_the_next(site: Site) -> None:
    make(site, queries.ROWS + 1)
    rows, page = queries.history(site.path)
    assert len(rows) == queries.ROWS
    assert page.older is not None
    assert [change.kind for change in rows[-1].changes] == ["changed"]
    assert not rows[-1].first


@pytest.mark.parametrize("beyond", [{"older": 0}, {"newer": 2**63 - 1}])
def test_a_page_beyond_the_first_and_the_last_is_empty(
    site: Site, beyond: dict[str, int]
) -> None:
    make(site, 1)
    rows, page = queries.history(site.path, **beyond)
    assert (rows, page.newer, page.older) == ([], None, None)


def test_a_revision_of_another_directory_is_not_found(site: Site) -> None:
    revision = site.observe()
    assert queries.get_revision(site.path, revision.pk) == revision
    assert queries.get_revision(site.path / "other", revision.pk) is None
    assert queries.get_revision(site.path, 10**30) is None
