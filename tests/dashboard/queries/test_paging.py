"""Reading history by keyset."""

from __future__ import annotations

import pytest

from dashboard.models import Run
from dashboard.queries.paging import read_page
from tests.dashboard import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> list[int]:
    """Five runs, newest first."""
    return [factories.run().pk for _ in range(5)][::-1]


def test_the_first_page_is_the_newest_and_knows_what_is_older(ids: list[int]) -> None:
    page = read_page(Run.objects.all(), limit=2)
    assert [run.pk for run in page.rows] == ids[:2]
    assert (page.newer, page.older) == (None, ids[1])


def test_going_down_and_up_again_shows_the_same_rows(ids: list[int]) -> None:
    second = read_page(Run.objects.all(), before=ids[1], limit=2)
    assert [run.pk for run in second.rows] == ids[2:4]
    first = read_page(Run.objects.all(), after=second.newer, limit=2)
    assert [run.pk for run in first.rows] == ids[:2]
    assert first.newer is None


def test_the_last_page_has_nothing_older(ids: list[int]) -> None:
    page = read_page(Run.objects.all(), before=ids[3], limit=2)
    assert [run.pk for run in page.rows] == ids[4:]
    assert (page.newer, page.older) == (ids[4], None)


def test_a_page_beyond_the_end_is_empty(ids: list[int]) -> None:
    page = read_page(Run.objects.all(), before=ids[4])
    assert (list(page.rows), page.newer, page.older) == ([], None, None)
