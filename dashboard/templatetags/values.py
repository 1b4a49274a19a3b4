"""Values as people read them: times, durations, sizes, and texts cut in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboard.looks.words import counted
from dashboard.models import Run
from dashboard.models.statistics import BUCKETS
from dashboard.store.configuration import pauses
from qubecb import durations
from qubecb.durations import DAY, HOUR, MINUTE
from qubecb.events import unknown_part
from qubecb.jobs.fields import JOB_TIMES, has_come

register = template.Library()
#: A time in a sentence, which is the same for every reader: see at_utc.
_STAMP = re.compile(r"\b([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC)\b")
register.filter(counted)

_STEPS = (
    (MINUTE, 1, "s"),
    (HOUR, MINUTE, "min"),
    (2 * DAY, HOUR, "h"),
    (60 * DAY, DAY, "d"),
)
#: Ids of one action that a page lists.
_LISTED = 100
_UNITS = ("bytes", "KiB", "MiB", "GiB")
#: How the reason of a script begins that only gave a status.
_STATUS = "exited with status"
#: The last Unix second that is shown as a moment.
_LATEST = 32_503_680_000
#: More than a line of the widest screen.
_CLIPPED = 400
_NOTHING = SafeString('<span class="soft">—</span>')


def relative(moment: datetime, now: datetime) -> str:
    """`3 min ago`, `in 2 h`, `now`; a date for what is more than 60 days away."""
    seconds = (now - moment).total_seconds()
    distance = abs(seconds)
    if distance < 1:
        return "now"
    for below, divisor, unit in _STEPS:
        if distance < below:
            count = int(distance // divisor)
            return f"{count} {unit} ago" if seconds > 0 else f"in {count} {unit}"
    return f"{local(moment):%-d %b %Y}"


def absolute(moment: datetime) -> str:
    """The whole moment in the site's time zone, to the second."""
    return f"{local(moment):%a %-d %b %Y, %H:%M:%S %Z}"


def local(moment: datetime) -> datetime:
    """A moment in the site's time zone; the last hours of the year 9999 stay in UTC."""
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return moment


@register.simple_tag
def which(spec: str) -> SafeString:
    """A note after the spec of an event that does not say which item it is about."""
    part = unknown_part(spec)
    if not part:
        return SafeString("")
    return format_html(' <span class="soft nowrap">({} unknown)</span>', part)


@register.simple_tag
def when(moment: datetime | None) -> SafeString:
    """A moment as `<time>`: relative to now, absolute on hover and in `datetime`."""
    if moment is None:
        return _NOTHING
    return format_html(
        '<time datetime="{}" title="{}" data-when>{}</time>',
        moment.astimezone(UTC).isoformat(timespec="milliseconds"),
        absolute(moment),
        relative(moment, timezone.now()),
    )


@register.filter
def from_unix(seconds: float | None) -> datetime | None:
    """A moment of Unix seconds, for the tags that show moments."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    """A moment as `<time>`: absolute, to the millisecond."""
    if value is None:
        return _NOTHING
    here = local(value)
    return format_html(
        '<time datetime="{}">{}.{} {}</time>',
        value.astimezone(UTC).isoformat(timespec="milliseconds"),
        f"{here:%-d %b %Y, %H:%M:%S}",
        f"{here.microsecond // 1000:03d}",
        f"{here:%Z}",
    )


@register.simple_tag
def clock(value: datetime | None) -> SafeString:
    """A moment as `<time>`, to the minute: `14:30`, or with its day when it is not today."""
    if value is None:
        return _NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.astimezone(UTC).isoformat(timespec="seconds"),
        absolute(value),
        pauses.clock(value),
    )


@register.filter
def duration(seconds: float | timedelta | None) -> str:
    """`12 ms`, `1.4 s`, `2 min 5 s`, `3 h 10 min`; a dash for nothing."""
    if seconds is None:
        return "—"
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    return durations.measured(seconds)


@register.filter
def at_most(seconds: float | None) -> str:
    """A duration that is only known up to the bound of its bucket: `≤ 100 ms`, `> 5 min`."""
    if seconds is None:
        return "—"
    if seconds > BUCKETS[-1]:
        return f"> {durations.bound(BUCKETS[-1])}"
    return f"≤ {durations.bound(seconds)}"


@register.filter
def size(count: int | None) -> str:
    """`812 bytes`, `1.5 MiB`."""
    number = float(count or 0)
    for unit in _UNITS:
        if number < 1024 or unit == _UNITS[-1]:
            break
        number /= 1024
    return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"


@register.filter
def thousands(count: int | None) -> str:
    """`12,345`."""
    return f"{count or 0:,}"


@register.filter
def percent(share: float | None) -> str:
    """A share from 0 to 1 as `98.5 %`, never rounded up to 100."""
    if share is None:
        return "—"
    if share == 1 or share == 0:
        return f"{share:.0%}".replace("%", " %")
    return f"{min(share * 100, 99.9):.1f} %"


@register.filter
def listed(ids: list[str]) -> str:
    """`5042, 5043`; of many the first, and how many more there are."""
    more = len(ids) - _LISTED
    shown = ", ".join(ids[:_LISTED])
    return f"{shown} and {more:,} more" if more > 0 else shown


@register.filter
def ticks(text: object) -> SafeString:
    """A sentence in which `text in backticks` is shown as code, and a time in the viewer's zone."""
    pieces = str(text).split("`")
    dated = not all(_is_today(each) for piece in pieces[::2] for each in _stamps(piece))
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<code>{}</code>", piece) if at % 2 else _timed(piece, dated),)
            for at, piece in enumerate(pieces)
        ),
    )


@register.simple_tag
def clocks(since: datetime, until: datetime) -> SafeString:
    """From when until when, to the minute; with both days unless both are today."""
    dated = not (_is_today(since) and _is_today(until))
    both = (_time(since, dated, "%H:%M"), _time(until, dated, "%H:%M"))
    return format_html("from {} to {}", *both)


def _stamps(text: str) -> Iterator[datetime]:
    for found in _STAMP.findall(text):
        if (moment := _read(found)) is not None:
            yield moment


def _read(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        return None


def _timed(text: str, dated: bool) -> SafeString:
    """A text whose times of the form `2026-11-27 09:12:05 UTC` are shown as pages show them."""
    pieces = ((_read(each), each) for each in _STAMP.split(text))
    shown = (
        (each if moment is None else _time(moment, dated, "%H:%M:%S"),)
        for moment, each in pieces
    )
    return format_html_join("", "{}", shown)


def _is_today(moment: datetime) -> bool:
    return local(moment).date() == timezone.localdate()


def _time(moment: datetime, dated: bool, precision: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        absolute(moment),
        local(moment).strftime(f"%-d %b %Y, {precision}" if dated else precision),
    )


@register.filter
def said(run: Run) -> str:
    """What a run has to say, in a list: why it went wrong, else its last line.

    An exit status alone says little, so that the last line follows it.
    """
    if run.state == "succeeded" or not run.reason:
        return run.last_line
    if run.last_line and run.reason.startswith(_STATUS):
        return f"{run.last_line} ({run.reason})"
    return run.reason


@register.filter
def sentence(text: str) -> str:
    """A sentence with a capital at its start; the name of a file or a thing keeps its own."""
    first = text.partition(" ")[0]
    return text if set(first) & set(".:/_") else text[:1].upper() + text[1:]


@register.simple_tag
def job_value(name: str, value: object) -> SafeString:
    """A field of a job: a time as one, anything else as text, cut if it is long."""
    if name in JOB_TIMES and isinstance(value, int | float):
        if not has_come(value):
            return SafeString("not yet")
        if 0 < value < _LATEST:
            return moment(datetime.fromtimestamp(value, UTC))
    return cut(value, 120)


def middle(text: str, length: int) -> str:
    """The text with an ellipsis in its middle where it is longer than `length`."""
    if len(text) <= length:
        return text
    tail = (length - 1) // 2
    return f"{text[: length - 1 - tail]}…{text[len(text) - tail :]}"


@register.simple_tag
def clip(value: object) -> SafeString:
    """A long value that the page cuts to fit, the whole in `title`."""
    text = str(value)
    return format_html('<span title="{}">{}</span>', text[:1000], text[:_CLIPPED])


@register.simple_tag
def cut(value: object, length: int = 40) -> SafeString:
    """A long value cut in its middle, the whole in `title`."""
    text = str(value)
    if len(text) <= length:
        return format_html("{}", text)
    shown = middle(text, length)
    return format_html('<span class="cut" title="{}">{}</span>', text[:1000], shown)
