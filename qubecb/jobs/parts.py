"""A job's agenda items and instances, and what changes them, one change after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from qubecb.jobs.job import merged
from qubecb.jobs.record import Instance, Item
from qubecb.jobs.statuses import Statuses
from qubecb.jobs.targets import ITEM

Part = TypeVar("Part", Item, Instance)
Key = TypeVar("Key", str, int)


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What an event makes of one item (`work`) or instance (`subjob`) of its job."""

    type: str
    #: The item's name, or the instance's id as text.
    key: str
    #: The status now, or None: the event says nothing about it.
    status: str | None
    #: Other fields that the event brings.
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """Items or instances of a job that go from some statuses to another one."""

    type: str
    allowed: Statuses
    becomes: str
    #: Names of items, or ids of instances as text; None: all of the job.
    keys: tuple[str, ...] | None = None


PartChange = ItemChange | Move


class Parts:
    """Items and instances of one job, changed in place; a change costs what it changes."""

    def __init__(
        self, items: Iterable[Item] = (), instances: Iterable[Instance] = ()
    ) -> None:
        self.items = {item.name: item for item in items}
        self.instances = {one.id: one for one in instances}

    def clear(self) -> None:
        """A new job has none of the old one's."""
        self.items.clear()
        self.instances.clear()

    def take(self, changes: Iterable[PartChange]) -> None:
        """Let changes happen, in order."""
        for change in changes:
            if isinstance(change, Move):
                self._move(change)
            else:
                self._merge(change)

    def _move(self, move: Move) -> None:
        if move.type == ITEM:
            _moved(self.items, move.keys, move)
        else:
            numbers = None if move.keys is None else map(int, move.keys)
            _moved(self.instances, numbers, move)

    def _merge(self, change: ItemChange) -> None:
        status = change.status or ""
        if change.type == ITEM:
            item = Item(change.key, status, change.fields)
            self.items[item.name] = _merged(self.items.get(item.name), item)
        else:
            one = Instance(int(change.key), status, change.fields)
            self.instances[one.id] = _merged(self.instances.get(one.id), one)


def _moved(parts: dict[Key, Part], keys: Iterable[Key] | None, move: Move) -> None:
    for key in list(parts) if keys is None else keys:
        part = parts.get(key)
        if part is not None and move.allowed(part.status):
            parts[key] = part.in_status(move.becomes)


def _merged(before: Part | None, told: Part) -> Part:
    if before is None:
        return told
    fields = merged(before.fields, told.fields)
    return replace(told, status=told.status or before.status, fields=fields)
