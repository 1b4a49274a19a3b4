"""Names of callback directories, as addresses and the API call them.

A directory's place in the list changes with the list, so addresses have a name instead. It is
given once, by the configuration watcher or the page that sees the directory first, and never to
another directory: one that leaves the list and comes back has the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, count

from dashboard.models import DirectoryName
from dashboard.store.configuration.site import directories
from dashboard.store.database.locks import Key, take_turn
from dashboard.store.database.transactions import writing
from qubecb.digits import is_digits

#: Characters of a name, with the number that tells it from others.
LONGEST = 100
_OTHERS = re.compile(r"[^A-Za-z0-9._-]+")
#: The name of a folder that has no usable character; and the prefix if it is only digits.
_WORD = "directory"


def names() -> dict[str, str]:
    """All names by path, including those of directories that have left the list."""
    return give(_paths())


def configured() -> dict[str, str]:
    """The names of the directories that are configured, by their paths, in order."""
    paths = _paths()
    found = give(paths)
    return {path: found[path] for path in paths}


def path_of(called: str) -> str:
    """Give the path for a directory's name; anything else is given back unchanged.

    A path begins with a slash, and a name contains none.
    """
    if not called or "/" in called:
        return called
    given = DirectoryName.given()
    return next((path for path, name in given.items() if name == called), called)


def at_the_upgrade(position: int) -> str | None:
    """The name of the directory that old addresses called by this number, or None.

    Numbers count from 0, in the list as it was when the first names were given.
    """
    names()
    places = DirectoryName.objects.exclude(position=None)
    return dict(places.values_list("position", "name")).get(position)


def _paths() -> list[str]:
    return list(dict.fromkeys(map(str, directories())))


def give(paths: Sequence[str]) -> dict[str, str]:
    """Give a name to each of these directories that has none; returns all names by path.

    Raises StoreError if a new name cannot be stored.
    """
    found = DirectoryName.given()
    if found.keys() >= set(paths):
        return found
    with writing():
        take_turn(Key.NAMES)
        _give_missing(paths)
        return DirectoryName.given()


def _give_missing(paths: Sequence[str]) -> None:
    """Reads the names again in our turn: another process may have given some meanwhile."""
    found = DirectoryName.given()
    taken = {name.lower() for name in found.values()}
    made = []
    for position, path in enumerate(paths):
        if path not in found:
            name = next(each for each in candidates(path) if each.lower() not in taken)
            taken.add(name.lower())
            place = None if found else position
            made.append(DirectoryName(path=path, name=name, position=place))
    DirectoryName.objects.bulk_create(made)


def candidates(path: str) -> Iterator[str]:
    """The names that a directory may have; it gets the first free one.

    Its last folder, then the same with `-2`, `-3` and so on. Never digits alone: those are
    the addresses from before directories had names.
    """
    word = _ended(_OTHERS.sub("-", path.rpartition("/")[2]).lstrip(".-"), LONGEST)
    if not word or is_digits(word):
        word = _ended(f"{_WORD}-{word}", LONGEST)
    endings = (f"-{number}" for number in count(2))
    return (_ended(word, LONGEST - len(each)) + each for each in chain([""], endings))


def _ended(word: str, longest: int) -> str:
    """The beginning of a word, without dots and dashes at its end."""
    return word[:longest].rstrip(".-")
