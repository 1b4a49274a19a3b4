"""The exception tree is drawn whole, and every message is a sentence by itself."""

from __future__ import annotations

import re

import pytest

from qubecb import errors
from qubecb.errors import QubecbError

TREE = (errors.__doc__ or "").split("::\n")[1]
CLASSES = {
    name: found
    for name, found in vars(errors).items()
    if isinstance(found, type) and issubclass(found, QubecbError)
}


def drawn() -> dict[str, str]:
    """Each drawn class with the one above it."""
    above: list[tuple[int, str]] = []
    found = {}
    for indent, name in re.findall(r"^( {4}[ │├└─]*)([A-Z]\w+)", TREE, re.MULTILINE):
        while above and above[-1][0] >= len(indent):
            above.pop()
        found[name] = above[-1][1] if above else "Exception"
        above.append((len(indent), name))
    return found


def test_the_tree_is_drawn_as_it_is() -> None:
    assert drawn() == {
        name: found.__bases__[0].__name__ for name, found in CLASSES.items()
    }


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_class_says_what_it_means(name: str) -> None:
    assert (CLASSES[name].__doc__ or "").strip().endswith(".")
