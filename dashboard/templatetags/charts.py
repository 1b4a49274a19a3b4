"""Charts as inline SVG: sizes are attributes, colours are classes, every bar is a link.

Widths are percentages and heights pixels, so that a chart fits its box while its text
keeps its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.looks.columns import ORDER, Column
from dashboard.looks.states import look_of

register = template.Library()

HEIGHT, TOP, FOOT = 150, 8, 22
_TOLD_APART = {"crashed": "dark-red", "cancelled": "dark-grey", "queued": "pale-grey"}
_AXIS = 3.2  # per cent of the width, for the numbers at the left


def ceiling(value: int) -> int:
    """The next round number for an axis: 1, 2, 5, 10, 20, 50, …"""
    if value <= 5:
        return max(value, 1)
    power: int = 10 ** (len(str(value)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def fill_of(state: str) -> str:
    """The colour of a state in a chart: two of one tone must be told apart there."""
    return _TOLD_APART.get(state) or look_of(state).tone


def _segments(column: Column, top: int) -> list[dict[str, Any]]:
    room = HEIGHT - TOP - FOOT
    base = float(HEIGHT - FOOT)
    found = []
    for state in ORDER:
        count = column.counts.get(state, 0)
        if count:
            height = max(room * count / top, 1.5)
            base -= height
            found.append(
                {
                    "tone": fill_of(state),
                    "y": f"{base:.2f}",
                    "height": f"{height:.2f}",
                }
            )
    return found


@register.inclusion_tag("components/chart.html")
def stacked(columns: Sequence[Column], label: str) -> dict[str, Any]:
    """Bars stacked by state. Under it a legend, and the same numbers as a table."""
    top = ceiling(max((column.total for column in columns), default=0))
    step = (100 - _AXIS) / max(len(columns), 1)
    shown = [
        {
            "column": column,
            "lane_x": f"{_AXIS + at * step:.3f}%",
            "lane_width": f"{step:.3f}%",
            "x": f"{_AXIS + at * step + step * 0.14:.3f}%",
            "width": f"{step * 0.72:.3f}%",
            "middle": f"{_AXIS + (at + 0.5) * step:.3f}%",
            "segments": _segments(column, top),
        }
        for at, column in enumerate(columns)
    ]
    present = [state for state in ORDER if any(c.counts.get(state) for c in columns)]
    return {
        "label": label,
        "bars": shown,
        "height": HEIGHT,
        "base": HEIGHT - FOOT,
        "top": TOP,
        "axis": f"{_AXIS}%",
        "number_x": f"{_AXIS - 0.8:.2f}%",
        "lines": _grid(top),
        "legend": [(fill_of(state), look_of(state).word) for state in present],
        "states": [(state, look_of(state).word) for state in present],
        "rows": [
            (column, [column.counts.get(state, 0) for state in present])
            for column in columns
            if column.total
        ],
    }


def _grid(top: int) -> list[dict[str, Any]]:
    """Up to three lines across: nothing, half, all."""
    room = HEIGHT - TOP - FOOT
    values = [0, top // 2, top] if top % 2 == 0 else [0, top]
    return [
        {"value": _short(value), "y": f"{HEIGHT - FOOT - room * value / top:.1f}"}
        for value in values
    ]


def _short(value: int) -> str:
    """A round number in the little room beside a chart: `500`, `1k`, `2.5k`, `1M`."""
    for step, unit in ((1_000_000, "M"), (1000, "k")):
        if value >= step:
            return f"{value / step:g}{unit}"
    return str(value)


@register.simple_tag
def spark(values: Iterable[tuple[int, int]], label: str = "") -> SafeString:
    """A small row of bars, each (all, bad): 24 hours in a table's cell."""
    pairs = list(values)
    top = max((every for every, _ in pairs), default=0) or 1
    bars = format_html_join(
        "", '<path class="fill-{}" d="{}"/>', _spark_bars(pairs, top)
    )
    said = (
        f"{sum(a for a, _ in pairs):,} runs, {sum(b for _, b in pairs):,} of them bad"
    )
    return format_html(
        '<svg class="spark" width="{}" height="20" role="img" aria-label="{}">'
        "<title>{}</title>{}</svg>",
        max(len(pairs) * 4, 4),
        f"{label}: {said}" if label else said,
        said,
        bars,
    )


def _spark_bars(pairs: list[tuple[int, int]], top: int) -> list[tuple[str, str]]:
    """One path a tone: a list has hundreds of these."""
    drawn: dict[str, str] = {}
    for at, (every, bad) in enumerate(pairs):
        height = max(18 * every / top, 2.0) if every else 1.0
        tone = "green" if every else "grey"
        drawn[tone] = drawn.get(tone, "") + _bar(at * 4, height, height)
        if bad:
            part = max(height * bad / every, 2.0) if every else 2.0
            drawn["red"] = drawn.get("red", "") + _bar(at * 4, height, part)
    return sorted(drawn.items())  # red comes last, over the green


def _bar(x: int, top: float, height: float) -> str:
    return f"M{x} {round(20 - top, 1):g}h3v{round(height, 1):g}h-3z"


@register.inclusion_tag("components/histogram.html")
def histogram(buckets: Sequence[tuple[str, int]], label: str) -> dict[str, Any]:
    """How many runs took how long: (upper bound in words, count) for each bucket."""
    top = ceiling(max((count for _, count in buckets), default=0))
    step = 100 / max(len(buckets), 1)
    room = HEIGHT - TOP - FOOT
    bars = [
        {
            "word": word,
            "count": count,
            "x": f"{at * step + step * 0.08:.3f}%",
            "width": f"{step * 0.84:.3f}%",
            "middle": f"{(at + 0.5) * step:.3f}%",
            "height": f"{max(room * count / top, 1.5) if count else 0:.2f}",
            "y": f"{HEIGHT - FOOT - (max(room * count / top, 1.5) if count else 0):.2f}",
        }
        for at, (word, count) in enumerate(buckets)
    ]
    return {"label": label, "bars": bars, "height": HEIGHT, "base": HEIGHT - FOOT}
