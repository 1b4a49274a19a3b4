"""Adds to the event specs of an answer how often such events came in seven days, and when last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from dashboard.models.kinds import Seen, full_hour, seen
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import EventSpec
from qubecb.triggers.grammar import parse
from qubecb.why.answer import Answer, Leaf, Tree

WEEK = timedelta(days=7)


def week_ago() -> datetime:
    """Give the beginning of the seven days: a full hour."""
    return full_hour(timezone.now() - WEEK)


def with_seen(answers: Iterable[Answer]) -> list[Answer]:
    """Give answers with what came of each of their event specs; in one query."""
    found = list(answers)
    specs = {spec for each in found for spec in specs_of(each.about.trigger)}
    came = {spec.canonical: told for spec, told in seen(specs, week_ago()).items()}
    return [_with(each, came) for each in found]


def specs_of(trigger: str) -> tuple[EventSpec, ...]:
    """Give the event specs of a trigger; none of one that nobody understands."""
    try:
        return parse(trigger).specs if trigger else ()
    except TriggerSyntaxError:
        return ()


def _with(answer: Answer, came: Mapping[str, Seen]) -> Answer:
    specs = [_leaf(each, came) for each in answer.specs]
    tree = None if answer.tree is None else _tree(answer.tree, came)
    return replace(answer, specs=specs, tree=tree)


def _tree(tree: Tree, came: Mapping[str, Seen]) -> Tree:
    if isinstance(tree, Leaf):
        return _leaf(tree, came)
    return replace(tree, items=tuple(_tree(each, came) for each in tree.items))


def _leaf(leaf: Leaf, came: Mapping[str, Seen]) -> Leaf:
    told = came.get(leaf.spec)
    if told is None:
        return leaf
    last = told.last_at.timestamp() if told.last_at else None
    return replace(leaf, seen=told.count, last=last)
