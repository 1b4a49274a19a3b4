"""Values as people read them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from dashboard.looks.words import counted
from dashboard.models import Run
from dashboard.templatetags import values

STATIC = Path(__file__).parents[3] / "static"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (0, "now"),
        (0.5, "now"),
        (1, "1 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (48 * 3600, "2 d ago"),
        (59 * 86400, "59 d ago"),
        (60 * 86400, "24 Sep 2026"),
        (-90, "in 1 min"),
    ],
)
def test_a_moment_is_told_relative_to_now(ago: float, said: str) -> None:
    assert values.relative(NOW - timedelta(seconds=ago), NOW) == said


def test_a_page_that_stays_open_tells_times_in_the_same_steps() -> None:
    script = (STATIC / "js" / "times.js").read_text()
    steps = re.findall(
        r"^  \[([0-9* ]+), ([0-9]+), \"(\w+)\"\],$", script, re.MULTILINE
    )
    read = [
        (math.prod(map(int, below.split(" * "))), int(divisor), unit)
        for below, divisor, unit in steps
    ]
    assert tuple(read) == values._STEPS


def test_a_moment_has_the_absolute_time_on_hover() -> None:
    html = values.when(NOW)
    assert 'title="Mon 23 Nov 2026, 12:00:00 UTC"' in html
    assert 'datetime="2026-11-23T12:00:00.000+00:00"' in html


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("unix", [0, 253402300799.9])
def test_the_first_and_the_last_moment_of_an_event_are_told_in_any_zone(
    zone: str, unix: float
) -> None:
    moment = datetime.fromtimestamp(unix, UTC)
    with timezone.override(zone):
        assert "<time" in values.when(moment)
        assert "<time" in values.moment(moment)


def test_no_moment_is_a_dash() -> None:
    assert "—" in values.when(None)
    assert "—" in values.moment(None)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "—"),
        (0, "0 ms"),
        (0.0124, "12 ms"),
        (0.9996, "1.0 s"),
        (1.44, "1.4 s"),
        (59.96, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (11_400, "3 h 10 min"),
        (timedelta(seconds=2), "2.0 s"),
    ],
)
def test_a_duration_has_the_unit_that_fits(
    seconds: float | timedelta | None, said: str
) -> None:
    assert values.duration(seconds) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(1, "100 %"), (0, "0 %"), (0.985, "98.5 %"), (0.99999, "99.9 %"), (None, "—")],
)
def test_a_share_is_never_rounded_up_to_all(share: float | None, said: str) -> None:
    assert values.percent(share) == said


def test_counts_have_their_noun() -> None:
    assert counted(1, "run") == "1 run"
    assert counted(1200, "run") == "1,200 runs"
    assert counted(2, "old entry/old entries") == "2 old entries"


def test_sizes_have_a_unit() -> None:
    assert values.size(812) == "812 bytes"
    assert values.size(1_572_864) == "1.5 MiB"


def test_a_long_value_is_cut_in_its_middle_and_whole_on_hover() -> None:
    text = "shot_010_comp_v003_final_final<b>"
    html = values.cut(text, 11)
    assert ">shot_…al&lt;b&gt;<" in html
    assert 'title="shot_010_comp_v003_final_final&lt;b&gt;"' in html
    assert len(values.middle(text, 11)) == 11


def test_a_time_in_a_sentence_is_told_in_the_viewers_zone() -> None:
    with timezone.override("Asia/Tokyo"):
        html = values.ticks("paused from 2001-09-09 01:46:40 UTC on (`mail`)")
    assert ">9 Sep 2001, 10:46:40</time> on (<code>mail</code>)" in html
    assert 'datetime="2001-09-09T01:46:40+00:00"' in html
    assert "UTC on" not in html


def test_what_only_looks_like_a_time_stays_as_it_is() -> None:
    text = "2026-13-41 99:00:00 UTC & <b> `2001-09-09 01:46:40 UTC`"
    assert values.ticks(text) == (
        "2026-13-41 99:00:00 UTC &amp; &lt;b&gt; <code>2001-09-09 01:46:40 UTC</code>"
    )


def test_a_span_has_both_days_unless_both_are_today() -> None:
    now = timezone.now()
    start = timezone.localtime().replace(hour=0, minute=0, second=0)
    days = re.compile(r">\d+ \w+ \d+, \d\d:\d\d</time>")
    assert len(days.findall(values.clocks(now - timedelta(days=7), now))) == 2
    assert not days.findall(values.clocks(start, start))


def test_what_stands_in_backticks_is_code() -> None:
    assert values.ticks("`a<b` is no `x`") == (
        "<code>a&lt;b</code> is no <code>x</code>"
    )


@pytest.mark.parametrize(
    ("state", "reason", "last_line", "shown"),
    [
        ("succeeded", "", "kept it", "kept it"),
        ("failed", "KeyError: 'id'", "i = 39", "KeyError: 'id'"),
        ("failed", "exited with status 2", "no disk", "no disk (exited with status 2)"),
        ("failed", "exited with status 2", "", "exited with status 2"),
        ("timed_out", "stopped after 60 s", "waiting", "stopped after 60 s"),
    ],
)
def test_a_list_shows_what_a_run_has_to_say(
    state: str, reason: str, last_line: str, shown: str
) -> None:
    assert values.said(Run(state=state, reason=reason, last_line=last_line)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("stopped after 60 s", "Stopped after 60 s"),
        ("mail.qcb:1: no server", "mail.qcb:1: no server"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_but_a_file_keeps_its_name(
    text: str, shown: str
) -> None:
    assert values.sentence(text) == shown


def test_a_job_s_times_are_shown_as_times_and_nothing_else_is() -> None:
    assert "2025" in values.job_value("timestart", 1_764_000_000)
    assert values.job_value("timeout", 3600) == "3600"
    assert values.job_value("timestart", 946702800) == "not yet"
    assert values.job_value("timecomplete", 0) == "not yet"
    assert values.job_value("timestart", 10**30) == str(10**30)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.1, "≤ 100 ms"),
        (2.5, "≤ 2.5 s"),
        (300, "≤ 5 min"),
        (600, "> 5 min"),
        (None, "—"),
    ],
)
def test_a_percentile_is_shown_as_the_bound_that_it_is(
    seconds: float | None, shown: str
) -> None:
    assert values.at_most(seconds) == shown
