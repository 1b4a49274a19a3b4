"""Imports modules from a script's own folder, as Python does but for two things.

Plain Python 3.6. Bytecode that may be older than its source is not used, so that a changed
neighbour counts at once; and a file never takes the place of a module of the standard
library: another callback of the folder may be called `queue.py`.
"""

import _frozen_importlib_external as _external
import _imp
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List

#: Seconds that bytecode must be younger than its source: it names only the second in which
#: its source was changed, and many changes fit into one.
_SAFE = 2.0
#: PYTHONSAFEPATH: nothing is looked for beside a script.
_safe = getattr(sys.flags, "safe_path", False)
_library = os.path.dirname(os.__file__)
#: Where the standard library is.
_standard: "List[str]" = []
#: The folder of the script.
_place = ""


def install() -> None:
    """Put the finder before all others, once; `sys.path[0]` becomes that of scripts."""
    if _safe:
        del sys.path[0]
    kept_in = (_library, os.path.join(_library, "lib-dynload"))
    _standard.extend(each for each in sys.path if each in kept_in)
    sys.path_hooks.insert(0, Neighbours)


def look_in(place: str) -> None:
    """Import from that folder first: `sys.path[0]` of a script."""
    global _place  # one process, one callback
    _place = place
    if not _safe:
        sys.path[0] = place
    sys.path_importer_cache.pop(place, None)


class _FromSource(_external.SourceFileLoader):
    """Reads bytecode only where it cannot be of an older source."""

    def get_data(self, path: str) -> bytes:
        if path != self.path and not _younger(path, self.path):
            raise OSError(path)
        data = _external.SourceFileLoader.get_data(self, path)  # type: bytes
        return data


def _younger(bytecode: str, source: str) -> bool:
    found = os.stat(source)
    # A program that copies a file may set st_mtime, but not st_ctime.
    changed = max(found.st_mtime, found.st_ctime)
    return os.stat(bytecode).st_mtime > changed + _SAFE


class Neighbours(_external.FileFinder):
    """Finds modules in the script's folder and below it."""

    def __init__(self, entry: str) -> None:
        if not _is_within(entry) or not os.path.isdir(entry):
            raise ImportError(entry)  # an archive, for one: the next hook's
        extensions = (_external.ExtensionFileLoader, _imp.extension_suffixes())
        sources = (_FromSource, _external.SOURCE_SUFFIXES)
        bytecode = (_external.SourcelessFileLoader, _external.BYTECODE_SUFFIXES)
        _external.FileFinder.__init__(self, entry, extensions, sources, bytecode)

    def find_spec(self, fullname: str, target: "Any" = None) -> "Any":
        spec = _external.FileFinder.find_spec(self, fullname, target)
        if spec is not None and self.path == _place and _is_standard(fullname):
            return None
        return spec


def _is_within(entry: str) -> bool:
    return bool(_place) and (entry == _place or entry.startswith(_place + os.sep))


def _is_standard(name: str) -> bool:
    """Whether this Python has a module of that name. Its tests are nobody's `test`."""
    if name in sys.builtin_module_names:
        return True
    return (
        name != "test" and _external.PathFinder.find_spec(name, _standard) is not None
    )
