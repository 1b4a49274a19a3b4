"""Callback directories by their place in the order, as addresses name them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.http import Http404

from dashboard.store.configuration import directories
from dashboard.store.naming import labels
from qubecb.conffile.document import shown


@dataclass(frozen=True, slots=True)
class Place:
    """One callback directory: its place, its path, and a short name that tells it apart."""

    index: int
    path: Path
    label: str

    @property
    def number(self) -> str:
        """Its place as text, for addresses in templates."""
        return str(self.index)

    @property
    def name(self) -> str:
        """The whole path, fit for a page."""
        return shown(str(self.path))


def places() -> list[Place]:
    """Give the callback directories in their order."""
    names = labels()
    return [Place(at, path, names[str(path)]) for at, path in enumerate(directories())]


def place_at(index: int) -> Place:
    """Give one callback directory, or answer 404."""
    found = places()
    if index >= len(found):
        raise Http404(
            f"There is no callback directory {index}; there are {len(found)}, counted from 0."
        )
    return found[index]


def place_named(text: str) -> Place:
    """The same from a parameter of the address; nothing means the first directory."""
    digits = text or "0"
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise Http404("The parameter directory must be a number.")
    return place_at(int(digits))
