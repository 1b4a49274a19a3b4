"""Charts as inline SVG."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from dashboard.looks.columns import ORDER, Column
from dashboard.templatetags import charts
from qubecb.runner.outcome import RunState


def rendered(template: str, **context: object) -> str:
    """A template with the tags of charts loaded."""
    return Template("{% load charts %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("value", "top"),
    [
        (0, 1),
        (1, 1),
        (3, 3),
        (5, 5),
        (6, 10),
        (10, 10),
        (11, 20),
        (21, 50),
        (999, 1000),
    ],
)
def test_the_axis_ends_at_a_round_number(value: int, top: int) -> None:
    assert charts.ceiling(value) == top


def test_a_bar_links_to_its_runs_and_says_what_it_counts() -> None:
    column = Column("14:00", "/runs/?hour=14", {"succeeded": 2, "failed": 1})
    html = rendered("{% stacked c 'Runs' %}", c=[column])
    assert 'href="/runs/?hour=14"' in html
    assert "14:00: 3 runs: 2 succeeded, 1 failed" in html


def test_the_same_numbers_stand_in_a_table() -> None:
    html = rendered("{% stacked c 'Runs' %}", c=[Column("14:00", "", {"failed": 7})])
    assert "<td>7</td>" in html
    assert '<th scope="col">Failed</th>' in html


def test_there_is_no_inline_style() -> None:
    column = Column("14:00", "/", {"failed": 7})
    html = rendered(
        "{% stacked c 'a' %}{% spark p %}{% histogram b 'c' %}",
        c=[column],
        p=[(3, 1), (0, 0)],
        b=[("5 ms", 3)],
    )
    assert "style" not in html


def test_a_chart_of_nothing_can_be_drawn() -> None:
    assert "<svg" in rendered(
        "{% stacked c 'a' %}{% spark c %}{% histogram c 'b' %}", c=[]
    )


def test_a_small_count_beside_a_large_one_can_be_seen() -> None:
    column = Column("", "", {"succeeded": 100_000, "failed": 1})
    heights = [float(part["height"]) for part in charts._segments(column, 100_000)]
    assert min(heights) >= 1.5


def test_a_spark_says_its_numbers() -> None:
    assert "5 runs, 2 of them bad" in charts.spark([(3, 2), (2, 0)])


def test_numbers_beside_a_chart_are_short() -> None:
    html = rendered("{% stacked c 'Runs' %}", c=[Column("14:00", "", {"failed": 1900})])
    assert ">2k</text>" in html
    assert ">1k</text>" in html


def test_failed_and_crashed_are_told_apart() -> None:
    column = Column("14:00", "", {"failed": 1, "crashed": 1})
    html = rendered("{% stacked c 'Runs' %}", c=[column])
    assert "fill-red" in html
    assert "fill-dark-red" in html


def test_every_state_has_a_place_and_a_colour_of_its_own() -> None:
    assert set(ORDER) == set(RunState)
    fills = [charts.fill_of(state) for state in ORDER]
    assert len(set(fills)) == len(fills)
