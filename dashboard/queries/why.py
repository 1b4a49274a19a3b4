"""What a page adds to the answer to "why did it not run?": what came, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from dashboard.models import EventRecord, Run
from dashboard.models.kinds import Seen, counted_from, full_hour, seen
from dashboard.queries.configuration import numbers_of
from dashboard.queries.run import unfinished_replay
from dashboard.queries.runs import without_large
from qubecb.dispatch.ports.configuration import MappingKey
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import EventSpec
from qubecb.triggers.grammar import parse
from qubecb.why.answer import Answer, Leaf, Tree

#: Kinds of events of one trigger that are looked at, and events that are shown.
_KINDS, _RECENT = 8, 20


WEEK = timedelta(days=7)


def week_ago() -> datetime:
    """Give the beginning of the seven days: a full hour."""
    return full_hour(timezone.now() - WEEK)


def specs_of(trigger: str) -> tuple[EventSpec, ...]:
    """Give the event specs of a trigger; none of one that nobody understands."""
    try:
        return parse(trigger).specs if trigger else ()
    except TriggerSyntaxError:
        return ()


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an event spec's name and type in seven days, whatever it was about."""

    count: int = 0
    last_at: datetime | None = None
    #: The last of them, while it is stored.
    last: int | None = None
    #: Name and type, where there is one: the list of events shows exactly these.
    name: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a trigger as it is shown: an event spec, or parts that belong together."""

    leaf: Leaf | None
    came: Came | None = None
    operator: str = ""
    holds: bool = False
    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The trigger of an answer, and since when what came is counted."""

    tree: Node | None
    since: datetime
    #: The oldest hour of which anything is known; None: nothing ever came.
    reaches: datetime | None = None


def shown(answer: Answer) -> Shown:
    """Give the trigger with what came of each event spec, in three queries."""
    since = week_ago()
    if answer.tree is None:
        return Shown(None, since)
    specs = specs_of(answer.about.trigger)
    told = seen(specs, since)
    kept = _kept(each.last for each in told.values())
    came = {spec.canonical: _came(spec, told[spec], kept) for spec in specs}
    return Shown(_node(answer.tree, came), since, counted_from())


def _kept(sequences: Iterable[int | None]) -> set[int]:
    wanted = [each for each in sequences if each is not None]
    found = EventRecord.objects.filter(pk__in=wanted)
    return set(found.values_list("pk", flat=True)) if wanted else set()


def _came(spec: EventSpec, told: Seen, kept: set[int]) -> Came:
    last = told.last if told.last in kept else None
    kinds = spec.kinds
    name, kind = kinds[0] if len(kinds) == 1 else ("", "")
    return Came(told.count, told.last_at, last, name, kind)


def _node(tree: Tree, came: Mapping[str, Came]) -> Node:
    if isinstance(tree, Leaf):
        return Node(tree, came.get(tree.spec))
    items = tuple(_node(each, came) for each in tree.items)
    return Node(None, None, tree.operator, tree.holds, items)


@dataclass(frozen=True, slots=True)
class Recent:
    """An event of a kind that a callback waits for, and the newest run of it, if there is one."""

    event: EventRecord
    run: Run | None


def waited_for(trigger: str) -> list[tuple[EventSpec, Came]]:
    """Give what came of each event spec of a trigger, in two queries."""
    specs = specs_of(trigger)
    told = seen(specs, week_ago())
    kept = _kept(each.last for each in told.values())
    return [(spec, _came(spec, told[spec], kept)) for spec in specs]


def recent(trigger: str, key: MappingKey) -> list[Recent]:
    """Give the newest events of the kinds that a trigger waits for: of so many kinds at most."""
    kinds = dict.fromkeys(kind for each in specs_of(trigger) for kind in each.kinds)
    found: dict[int, EventRecord] = {}
    for name, kind in [*kinds][:_KINDS]:
        events = EventRecord.events.filter(name=name, type=kind).defer("job")
        found |= {
            each.sequence: each for each in events.order_by("-sequence")[:_RECENT]
        }
    newest = sorted(found, reverse=True)[:_RECENT]
    runs = Run.objects.filter(event__in=newest, directory=key.directory, file=key.file)
    by_event = {each.event: each for each in without_large(runs).order_by("pk")}
    return [Recent(found[each], by_event.get(each)) for each in newest]


def run_to_replay(answer: Answer) -> Run | None:
    """The run that is open and that nobody replays at the moment; None: there is none."""
    found = Run.objects.filter(pk__in=[int(each) for each in answer.runs], open=True)
    run = found.order_by("-pk").first()
    return run if run is not None and unfinished_replay(run) is None else None


def revision_numbers(answer: Answer) -> dict[str, int | None]:
    """The numbers of the revisions that an answer speaks of, as they are called there."""
    sides = {"here": answer.about, "then": answer.then, "now": answer.now}
    wanted = {name: side.revision for name, side in sides.items() if side}
    numbers = numbers_of(wanted.values())
    return {name: numbers.get(each or 0) for name, each in wanted.items()}
