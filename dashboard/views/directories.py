"""Callback directories by their names, as addresses call them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.http import Http404, HttpRequest

from dashboard.store.configuration import directory_names
from dashboard.store.configuration.naming import labels
from qubecb.conffile.document import shown

#: So many names are told where one is not known.
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One callback directory: its name, its path, and a few words that tell it apart."""

    name: str
    path: Path
    label: str

    @property
    def shown(self) -> str:
        """The whole path, fit for a page."""
        return shown(str(self.path))


def places() -> list[Place]:
    """Give the callback directories in their order."""
    words = labels()
    return [
        Place(name, Path(path), words.get(path, path))
        for path, name in directory_names.configured().items()
    ]


def place_named(name: str) -> Place:
    """Give one callback directory, or answer 404."""
    found = places()
    for place in found:
        if place.name == name:
            return place
    raise Http404(_unknown(name))


def place_wanted(request: HttpRequest) -> Place:
    """The same from the address's parameter `directory`; without it, the first one."""
    name = request.GET.get("directory", "")
    return place_named(name) if name else places()[0]


def there_are() -> str:
    """The existing names, in words."""
    found = list(directory_names.configured().values())
    more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return (
        f"there {'is' if len(found) == 1 else 'are'} {', '.join(found[:_TOLD])}{more}"
    )


def _unknown(name: str) -> str:
    """Why a name is unknown, and the names that exist."""
    gone = [path for path, given in directory_names.names().items() if given == name]
    if gone:
        fault = (
            f"The callback directory {name}, {shown(gone[0])}, is not configured now"
        )
    else:
        fault = f"There is no callback directory named {shown(name[:100])}"
    return f"{fault}; {there_are()}."
