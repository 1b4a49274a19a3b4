"""The builder of a trigger: one event picked from lists, and the parts that it is put among."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms

from qubecb.digits import whole_number
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import And, EventSpec, Node, Or, parse, reshaping
from qubecb.triggers.reshaping import Path
from qubecb.triggers.vocabulary import (
    CONTEXTS,
    EVENT_NAMES,
    GLOBAL_TYPES,
    PLACEHOLDER,
    TYPES,
    qube_time,
)

_TIMES = ("time", "repeat", *GLOBAL_TYPES)
_REPEATED = ("repeat", "globalrepeat")
_OWN_NAME = "other"
_INSTEAD = "instead"
#: What would be cut in a narrow list, in fewer words.
_BRIEF = {
    "dummy": "for a time",
    "timeout": "a time limit was reached",
    "global": "a time without a job",
    "globaltime": "a moment, for the site",
    "globalrepeat": "an interval, for the site",
    "parent": "the job that its pid names",
}
_KINDS: dict[str, reshaping.Kind] = {"||": Or, "&&": And}
#: Most parts of a trigger that are listed.
MOST_PARTS = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a trigger as the builder lists it: an event, or a group of them."""

    path: Path
    node: Node
    last: bool
    #: The operator behind it, or nothing behind the last.
    joiner: str

    @property
    def place(self) -> str:
        """Its path as text."""
        return ".".join(map(str, self.path))

    @property
    def text(self) -> str:
        """As it is written in a trigger."""
        return str(self.node)

    @property
    def depth(self) -> int:
        """How far it is set in: 0 for the parts of the whole."""
        return min(max(len(self.path) - 1, 0), 5)

    @property
    def first(self) -> bool:
        """Whether nothing of its group stands before it."""
        return not self.path or self.path[-1] == 0

    @property
    def is_event(self) -> bool:
        """Whether it is one event."""
        return isinstance(self.node, EventSpec)

    @property
    def words(self) -> str:
        """What a group asks for."""
        return "all of these" if isinstance(self.node, And) else "any of these"


@dataclass(frozen=True, slots=True)
class Joint:
    """The operator between two neighbours, listed between them."""

    part: Part

    @property
    def other(self) -> str:
        """What it would be turned into."""
        return "or" if self.part.joiner == "and" else "and"


def readable(trigger: str) -> Node | None:
    """The tree of a trigger, or None for one that cannot be read."""
    try:
        return parse(trigger).root
    except TriggerSyntaxError:
        return None


def path_of(place: str) -> Path | None:
    """A path from its text; None for anything else."""
    numbers = [whole_number(each) for each in place.split(".")] if place else []
    path = tuple(number for number in numbers if number is not None)
    return path if len(path) == len(numbers) else None


def parts_of(trigger: str) -> list[Part | Joint]:
    """The parts of a trigger in order, the operators between them; nothing if it cannot be read."""
    root = readable(trigger)
    if root is None:
        return []
    listed = list(_listed(root, (), True, ""))
    return listed if len(listed) <= MOST_PARTS * 2 else []


def _listed(node: Node, path: Path, last: bool, joiner: str) -> Iterator[Part | Joint]:
    part = Part(path, node, last, joiner)
    if path or isinstance(node, EventSpec):
        yield part
    if not isinstance(node, EventSpec):
        inner = "and" if isinstance(node, And) else "or"
        for at, item in enumerate(node.items):
            ends = at == len(node.items) - 1
            yield from _listed(item, (*path, at), ends, "" if ends else inner)
    if joiner:
        yield Joint(part)


def _choices(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, f"{name}: {_BRIEF.get(name, said)}") for name, said in words.items()]


class BuilderForm(forms.Form):
    """One event, and where in the trigger it is put."""

    join = forms.ChoiceField(
        label="Add it",
        required=False,
        choices=[
            ("||", "with or, next to"),
            ("&&", "with and, next to"),
            (_INSTEAD, "in place of"),
        ],
    )
    at = forms.CharField(required=False, max_length=1000)
    name = forms.ChoiceField(
        label="Event",
        required=False,
        choices=[
            *_choices(EVENT_NAMES),
            (_OWN_NAME, "another name…"),
        ],
    )
    own_name = forms.CharField(label="Its name", required=False, max_length=100)
    type = forms.ChoiceField(
        label="Of",
        required=False,
        choices=_choices(TYPES),
    )
    context = forms.ChoiceField(
        label="Whose",
        required=False,
        choices=[
            *_choices(CONTEXTS),
            ("label", "a job of the group, by label…"),
            ("job", "a job, by id…"),
        ],
    )
    whose = forms.CharField(label="Label or job id", required=False, max_length=500)
    extra = forms.CharField(label="Which one, or when", required=False, max_length=500)
    interval = forms.CharField(
        label="Interval in seconds", required=False, max_length=20
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, prefix="build", use_required_attribute=False, **kwargs)

    @classmethod
    def typed(cls, data: Any) -> BuilderForm:
        """What was chosen so far, kept as it is and not judged yet."""
        found = {name: data.get(f"build-{name}", "") for name in cls.base_fields}
        return cls(initial={name: value for name, value in found.items() if value})

    @classmethod
    def of(cls, spec: EventSpec, place: str) -> BuilderForm:
        """The choices that make an event which stands in the trigger, to be put in its place."""
        known = spec.name in EVENT_NAMES
        kind = spec.context_kind or "self"
        given = {
            "name": spec.name if known else _OWN_NAME,
            "own_name": "" if known else spec.name,
            "type": spec.type,
            "context": kind,
            "whose": spec.context if kind in ("label", "job") else "",
            "extra": _moment_of(spec) if spec.is_time else (spec.extra or ""),
            "interval": spec.interval or "",
            "join": _INSTEAD,
            "at": place,
        }
        return cls(initial=given)

    def clean(self) -> dict[str, Any]:
        """Refuse an event that no trigger can hold."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            parse(self.spec())
        except TriggerSyntaxError as error:
            self.add_error(None, _said(error))
        return data

    def spec(self) -> str:
        """The event as it is written in a trigger; to be called on cleaned data."""
        data = self.cleaned_data
        kind, extra = data["type"], data["extra"].strip()
        name = data["own_name"] if data["name"] == _OWN_NAME else data["name"]
        parts = [PLACEHOLDER if kind in _TIMES else name, kind]
        if kind not in GLOBAL_TYPES:
            given = data["context"] in ("label", "job")
            parts.append(data["whose"].strip() if given else data["context"])
        if kind in _TIMES:
            parts.append(_moment(extra))
            parts.append(data["interval"].strip() if kind in _REPEATED else "")
        elif kind != "job":
            parts.append(extra or "*")
        return "-".join(part for part in parts if part)

    def put_into(self, trigger: str) -> str | None:
        """The trigger with this event in it; None when it is refused, with why in the form."""
        join, path = self.cleaned_data["join"], path_of(self.cleaned_data["at"])
        if not trigger or self.replaces(trigger):
            return self.spec()
        root = readable(trigger)
        if root is None or path is None or reshaping.find(root, path) is None:
            self.add_error(None, _LOST if root else _UNREADABLE)
            return None
        event = parse(self.spec()).root
        kind = _KINDS.get(join)
        built = reshaping.join(root, path, kind, event) if kind else None
        return self._read(str(built or reshaping.put(root, path, event)))

    def replaces(self, trigger: str) -> bool:
        """Whether the event replaces the whole trigger."""
        data = self.cleaned_data
        return bool(trigger) and data["join"] == _INSTEAD and not data["at"]

    def _read(self, built: str) -> str | None:
        try:
            parse(built)
        except TriggerSyntaxError as error:
            self.add_error(None, _said(error))
            return None
        return built


_UNREADABLE = (
    "The trigger cannot be read, so nothing can be joined to it. Fix it first, or put "
    "this event in its place."
)
_LOST = "The part to which it was to be joined is no longer there. Choose another one."


def _said(error: TriggerSyntaxError) -> str:
    return f"{error}{f' ({error.hint})' if error.hint else ''}."


def _moment(text: str) -> str:
    """A date and time as Qube seconds; anything else as it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return str(qube_time(aware.timestamp()))


def _moment_of(spec: EventSpec) -> str:
    """The moment of a time event as a person writes it, in UTC."""
    if spec.moment is None:
        return ""
    return datetime.fromtimestamp(spec.moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")
