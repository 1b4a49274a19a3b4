"""What a host loads before it forks, and what of it must be new in every child.

Plain Python 3.6.
"""

import contextlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any, Dict, List, Optional, Sequence, Set

    Stamp = Optional[List[int]]

#: Generators of random numbers that modules made without a seed. They are seeded anew in
#: each child, or every run would draw the same numbers.
unseeded: "List[Any]" = []
#: Modules that could not be loaded.
_failed: "List[str]" = []
_TIME_ZONE = "/etc/localtime"
_library = os.path.dirname(os.__file__) + os.sep
_ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def load(modules: "Sequence[str]") -> "List[str]":
    """Import modules; give a sentence for each that cannot be."""
    problems = []
    for name in modules:
        before = _open_files()
        try:
            if "random" in sys.modules:
                _import_and_notice(name)
            else:
                __import__(name)
        except Exception as error:  # noqa: BLE001  # whatever a module raises
            _failed.append(name)
            problems.append(
                "cannot load %s: %s: %s" % (name, type(error).__name__, error)
            )
        for file in sorted(_open_files() - before):
            problems.append(
                "%s keeps %s open, but every callback closes it: "
                "remove it from QUBECB_PRELOAD" % (name, file)
            )
    return problems


def _open_files() -> "Set[str]":
    """Name the files and sockets that are open in this process."""
    found = set()
    for number in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError):  # that of the list itself is gone
            found.add(os.readlink("/dev/fd/" + number))
    return found


def _import_and_notice(name: str) -> None:
    """Import a module, and notice which generators it makes and how it seeds them."""
    generator = sys.modules["random"].Random
    seed = generator.seed

    def noticed(self: "Any", a: "Any" = None, version: int = 2) -> None:
        unseeded[:] = [each for each in unseeded if each is not self]
        if a is None:
            unseeded.append(self)
        seed(self, a, version)

    generator.seed = noticed
    try:
        __import__(name)
    finally:
        generator.seed = seed


def load_inside(folder: str, name: str) -> "types.ModuleType":
    """Import the module that a child calls; leave no trace of the folder it came from."""
    sys.path[0] = folder
    module = __import__(name, fromlist=["start"])
    if hasattr(module, "prepare"):
        module.prepare()
    return module


def stamps() -> "Dict[str, Stamp]":
    """What everything was loaded from, with what changes when it is changed.

    Of the standard library one file stands for all: it comes and goes as a whole. A folder of
    packages changes when one is put into it or taken away.
    """
    site = sys.modules.get("site")
    found = {sys.executable, os.__file__, _TIME_ZONE, getattr(site, "USER_SITE", None)}
    found.update(path for path in sys.path if path.endswith("-packages"))
    for module in list(sys.modules.values()):
        found.add(getattr(module, "__file__", None))
    for name in _failed:
        top = name.partition(".")[0]
        for folder in sys.path:
            found.update((os.path.join(folder, top), os.path.join(folder, top + ".py")))
    return {path: stamp(path) for path in found if path and _counts(path)}


def _counts(path: str) -> bool:
    """Whether a change of it is to be heeded: not of our own files, whatever an upgrade does."""
    if path == os.__file__:
        return True
    ours = path.startswith(_ours)
    standard = path.startswith(_library) and "-packages" not in path
    return os.path.isabs(path) and not ours and not standard


def stamp(path: str) -> "Stamp":
    """What is another one when a file was changed, or None when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size, found.st_ino]
