"""Building a trigger step by step: each function takes a tree and gives the next one.

A place in a tree is a path: which item, of that which item, and so on; () is the whole. What
comes out is in normal form: no `&&` directly within `&&`, no `||` within `||`, and no group of
one. Every trigger can be reached by joining, and by turning the operator between two neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from qubecb.triggers.expression import And, EventSpec, Node, Or

Path: TypeAlias = tuple[int, ...]
Kind: TypeAlias = type[And] | type[Or]


def walk(root: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every part of a tree with its place, each before its items."""
    yield path, root
    if not isinstance(root, EventSpec):
        for at, item in enumerate(root.items):
            yield from walk(item, (*path, at))


def find(root: Node, path: Path) -> Node | None:
    """The part at a place, or None when there is none."""
    node = root
    for at in path:
        if isinstance(node, EventSpec) or not 0 <= at < len(node.items):
            return None
        node = node.items[at]
    return node


def put(root: Node, path: Path, new: Node) -> Node:
    """Replace a part, which must exist."""
    if not path:
        return new
    kind, items = _open(root)
    items[path[0]] = put(items[path[0]], path[1:], new)
    return _group(kind, items)


def join(root: Node, path: Path, kind: Kind, new: Node) -> Node:
    """Join something to a part: `a || c` at `c` with And and `d` is `a || (c && d)`."""
    part = find(root, path)
    return put(root, path, _group(kind, [part, new])) if part else root


def remove(root: Node, path: Path) -> Node | None:
    """Remove a part; None when nothing is left."""
    if not path:
        return None
    kind, items = _parent(root, path)
    del items[path[-1]]
    return put(root, path[:-1], _group(kind, items))


def move(root: Node, path: Path, by: int) -> Node:
    """Exchange a part with the neighbour before (-1) or after it (1), where there is one."""
    if not path:
        return root
    kind, items = _parent(root, path)
    at, other = path[-1], path[-1] + by
    if not 0 <= other < len(items):
        return root
    items[at], items[other] = items[other], items[at]
    return put(root, path[:-1], _group(kind, items))


def turn(root: Node, path: Path) -> Node:
    """Turn the operator behind a part into the other one; the two become a group of their own.

    `a || b || c` turned behind `a` is `(a && b) || c`.
    """
    if not path:
        return root
    kind, items = _parent(root, path)
    at = path[-1]
    if at + 1 >= len(items):
        return root
    other: Kind = Or if kind is And else And
    items[at : at + 2] = [_group(other, items[at : at + 2])]
    return put(root, path[:-1], _group(kind, items))


def _parent(root: Node, path: Path) -> tuple[Kind, list[Node]]:
    parent = find(root, path[:-1])
    if parent is None:
        raise LookupError(path)
    return _open(parent)


def _open(node: Node) -> tuple[Kind, list[Node]]:
    if isinstance(node, EventSpec):
        raise LookupError(f"{node} has no parts")
    return type(node), list(node.items)


def _group(kind: Kind, items: Iterable[Node]) -> Node:
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, kind) else [item])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
