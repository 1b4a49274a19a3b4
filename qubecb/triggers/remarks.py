"""The notes: what an author should know about a readable trigger."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.digits import is_digits
from qubecb.events import DONE_NAMES
from qubecb.lookalikes import odd_character
from qubecb.triggers.expression import And, EventSpec, Node, Or
from qubecb.triggers.notes import Note, shown
from qubecb.triggers.vocabulary import (
    EVENT_NAMES,
    LIKELY_UNIX_TIME,
    NEVER_SENT,
    PLACEHOLDER,
    looks_like,
    nearest,
    qube_time,
)


def word_operator(word: str, sign: str, span: tuple[int, int]) -> Note:
    """`and` where `&&` is the documented form."""
    return Note(
        "word-operator",
        *span,
        f"`{word}` is read as `{sign}`",
        f"write `{sign}`, the documented form; Qube itself may not know the word",
        sign,
    )


def escaped_star(span: tuple[int, int]) -> Note:
    r"""`\*`, as two published pages print the star."""
    return Note("escaped-star", *span, r"`\*` is read as `*`", "write `*`", "*")


def star_extra_on_job(span: tuple[int, int]) -> Note:
    """`failed-job-self-*`, as older pages of the documentation show it."""
    message = "the type `job` has no extra; `-*` is ignored"
    return Note("star-extra-on-job", *span, message, "leave out `-*`", "")


def about(spec: EventSpec, text: str) -> Iterator[Note]:
    """The notes on one event spec by itself; `text` is the whole trigger."""
    name_end = spec.start + len(spec.name)
    if spec.name not in EVENT_NAMES:
        yield _unknown_name(spec.name, (spec.start, name_end))
    if spec.is_time:
        yield from _about_time(spec, text)
        return
    if spec.name == PLACEHOLDER:
        message = (
            f"`dummy` is the name of time events; nothing sends `dummy-{spec.type}`"
        )
        hint = f"with the type `{spec.type}` use the name of an event"
        yield Note("dummy-without-time", spec.start, name_end, message, hint)
    if spec.name == "submit":
        yield from _about_submission(spec)
    yield from _about_context(spec, text)
    if spec.extra is not None and spec.extra != "*":
        yield from _about_text(spec.extra, (spec.end - len(spec.extra), spec.end))


def about_tree(node: Node) -> Iterator[Note]:
    """The notes on event specs in one group."""
    if isinstance(node, EventSpec):
        return
    seen: set[EventSpec] = set()
    for item in node.items:
        if isinstance(item, EventSpec):
            if item in seen:
                yield _repeated(item)
            seen.add(item)
        else:
            yield from about_tree(item)
    if isinstance(node, Or):
        yield from _covered(node, seen)


def global_in_and(node: Node) -> EventSpec | None:
    """The first global event that is part of an `&&`, or None."""
    if isinstance(node, And):
        return next((spec for spec in node if spec.is_global), None)
    if isinstance(node, Or):
        found = (global_in_and(item) for item in node.items)
        return next((spec for spec in found if spec), None)
    return None


def _unknown_name(name: str, span: tuple[int, int]) -> Note:
    near = nearest(name)
    message = f"`{shown(name)}` is not an event that Qube sends"
    if near:
        hint = f"did you mean `{near}`?"
    elif name.lower() in NEVER_SENT:
        hint = "no event is documented for going pending, suspended or resumed"
    else:
        hint = "leave it if your own tools send it; otherwise it never fires"
    return Note("unknown-name", *span, message, hint, near)


def _about_time(spec: EventSpec, text: str) -> Iterator[Note]:
    if spec.extra is None:
        message = "a plain `global` has no time and never fires"
        hint = "write `globaltime-TIME` or `globalrepeat-TIME-INTERVAL`"
        yield Note("global-never", spec.start, spec.end, message, hint)
        return
    written = spec.extra.partition("-")[0]
    if int(written) >= LIKELY_UNIX_TIME:
        at = text.find(written, spec.start, spec.end)
        less = str(qube_time(int(written)))
        yield Note(
            "unix-time",
            at,
            at + len(written),
            f"`{written}` looks like a Unix time, and is read as Qube time",
            f"Qube time is Unix time minus 946702800: `{less}`",
            less,
        )


def _about_submission(spec: EventSpec) -> Iterator[Note]:
    if spec.type != "job":
        message = f"only a whole job is submitted, never a {spec.type}"
        hint = "write `submit-job-self`"
        yield Note("submit-of-part", spec.start, spec.end, message, hint)
    elif spec.context_kind == "parent":
        message = "the parent was submitted before the job, so this never fires"
        hint = "an event from before the job's submission does not count"
        yield Note("submit-of-parent", spec.start, spec.end, message, hint)


def _about_context(spec: EventSpec, text: str) -> Iterator[Note]:
    context = spec.context or ""
    start = spec.start + len(spec.name) + len(spec.type) + 2
    span = (start, start + len(context))
    if spec.context_kind == "job":
        written = text[start : spec.end].partition("-")[0]
        span = (start, start + len(written))
        message = f"job {context}'s event fires the callback once for each attached job"
        hint = "the callback is attached to every job; `self` is nearly always meant"
        yield Note("job-id-context", *span, message, hint)
    if spec.context_kind != "label":
        return
    yield from _about_label(context, span)
    yield from _about_text(context, span)
    if spec.type in ("work", "host") and "-" in (spec.extra or ""):
        yield Note(
            "label-ambiguity",
            start,
            spec.end,
            f"the label is read as `{shown(context)}`, "
            f"the extra as `{shown(spec.extra or '')}`",
            "a label ends at the first hyphen here; a longer one cannot be written",
        )


def _about_label(label: str, span: tuple[int, int]) -> Iterator[Note]:
    first = label.partition("-")[0]
    meant = next((word for word in ("self", "parent") if looks_like(label, word)), None)
    if meant is None and first not in ("self", "parent") and not is_digits(first):
        return
    if meant is None and label == first:
        return
    message = f"`{shown(label)}` is read as the label of a job"
    hint = f"did you mean `{meant}`?" if meant else "the type has no such extra"
    odd = odd_character(label)
    hint += f" {odd[0].upper()}{odd[1:]}" if odd and meant else ""
    yield Note("label-like-keyword", *span, message, hint, meant)


def _about_text(value: str, span: tuple[int, int]) -> Iterator[Note]:
    if "*" in value:
        message = f"the star in `{shown(value)}` is an ordinary character"
        hint = "`*` matches any only when it stands alone"
        yield Note("partial-star", *span, message, hint)
    if "," in value or ";" in value:
        message = f"`{shown(value)}` is read as one name"
        hint = "nothing is separated by commas; join whole events with `||`"
        yield Note("comma", *span, message, hint)


def _repeated(spec: EventSpec) -> Note:
    message = f"`{shown(spec.canonical)}` appears here twice"
    return Note("repeated-event", spec.start, spec.end, message, "once is enough")


def _covered(node: Or, seen: set[EventSpec]) -> Iterator[Note]:
    for item in node.items:
        if not isinstance(item, EventSpec) or item.name not in DONE_NAMES:
            continue
        if EventSpec("done", item.type, item.context, item.extra) in seen:
            message = f"`done` includes `{item.name}` here"
            hint = f"`{shown(item.canonical)}` can be left out"
            yield Note("done-covers", item.start, item.end, message, hint)
