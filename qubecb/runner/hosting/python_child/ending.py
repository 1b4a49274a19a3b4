"""How a Python callback's process ends: as the interpreter does, or sooner if nobody can tell.

Plain Python 3.6. When a script is over, the interpreter joins threads, calls `atexit`, writes
what standard output holds, and then takes everything apart, which costs more than most callbacks
do. So that is spared where nothing that the script made has a finalizer. It begins with a
garbage collection, of which `gc.callbacks` is told: that is the moment to look.
"""

import _thread
import atexit
import gc
import io
import os
import sys
import types
import warnings
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Optional

    from qubecb.runner.hosting.python_child import interpreter, report
else:
    import interpreter

# The script may replace anything, so what is needed after it is remembered before it begins.
_exit, _getpid = os._exit, os.getpid
_callbacks, _objects, _is_on, _debug = (
    gc.callbacks,
    gc.get_objects,
    gc.isenabled,
    gc.get_debug,
)
_unfreeze = getattr(gc, "unfreeze", None)
_modules = sys.modules
#: More objects than this are not looked through.
_MOST = 20000
_library = os.path.dirname(os.__file__) + os.sep
#: Modules of the interpreter whose objects write, or run something, when they go.
_WRITERS = frozenset(
    ["_dbm", "_gdbm", "_sqlite3", "_interpreters", "_xxsubinterpreters"]
)
#: Files that are closed have nothing left to write.
_FILES = (io.TextIOWrapper, io.BufferedWriter, io.BufferedReader, io.FileIO)
#: Who asks to be told of an object's end and does nothing that is seen from outside.
_QUIET = frozenset(["_weakrefset", "abc", "functools", "logging", "weakref"])


#: Proxies do not say whether anybody asked.
_WEAK = (weakref.ref, weakref.ProxyType, weakref.CallableProxyType)


class Ending(object):
    """How this process ends. One for the host and the children that are forked from it."""

    def __init__(self) -> None:
        self._host = _getpid()
        #: The process of a callback, once there is one; not of what it forks.
        self._pid = 0
        #: Whether the script came to its end; None: neither that nor an exception.
        self._reached: "Optional[bool]" = None
        self._reporter: "Optional[report.Reporter]" = None
        self._newest = ""
        self._filters: "List[Any]" = []
        self._streams: "Any" = ()
        #: What the host has that is finalized: an open file of a module, for one.
        self._watched: "List[Any]" = []
        #: Whether to look if the interpreter's end can be spared.
        self._spare = False
        atexit.register(self._at_exit)

    def remember(self) -> None:
        """Remember what is there before a script runs: in the host, when all is loaded."""
        self._newest = list(_modules)[-1]
        self._filters = list(warnings.filters)
        self._streams = sys.stdout, sys.stderr
        self._watched = list(filter(_is_finalized, _objects()))
        self._spare = (
            sys.version_info >= (3, 8)
            and interpreter.ctypes is not None
            and not (sys.warnoptions or sys.flags.verbose or sys.flags.inspect)
            and all(map(_is_known, list(_modules)))
        )

    def rehearse(self) -> None:
        """Do what is done at an end, but for the end, and be as before."""
        self.over(True)
        self._can_be_spared()
        self._at_exit()
        _callbacks.clear()
        self._reached = self._reporter = None

    def begin(self, reporter: "report.Reporter") -> None:
        """In a child: from here on everything is the script's."""
        self._pid, self._reporter = _getpid(), reporter
        if self._spare and self._pid != self._host:
            gc.freeze()

    def over(self, reached: bool) -> None:
        """The script came to its end, or an exception was printed that left it."""
        if _getpid() == self._pid and self._reporter is not None:
            self._reached = reached
            if not reached:
                self._reporter.raised()

    def _at_exit(self) -> None:
        """Called by `atexit`, and without `over` before it: then the script left."""
        if _getpid() != self._pid or self._reporter is None:
            return
        if self._reached is None:
            self._reporter.left()
        if self._spare and self._reached and _is_on():
            _callbacks.append(self._at_collection)
        else:
            self._take_apart()

    def _at_collection(self, phase: str, info: object) -> None:
        if not sys.is_finalizing():
            return
        _callbacks.remove(self._at_collection)
        if self._can_be_spared():
            _exit(0)
        self._take_apart()

    def _take_apart(self) -> None:
        """Have the interpreter do it, what the host made before included."""
        self._streams = ()  # they end with `sys`, if nobody else has them
        if _unfreeze is not None and self._pid != self._host:
            _unfreeze()

    def _can_be_spared(self) -> bool:
        """Whether nothing would happen at the end of anything; output is written then."""
        try:
            return (
                (sys.stdout, sys.stderr) == self._streams
                and not (_thread._count() or _callbacks or _debug())
                and (sys.getprofile(), sys.gettrace()) == (None, None)
                and warnings.filters == self._filters
                and all(map(_is_known, self._new_modules()))
                and all(map(_is_harmless, self._watched))
                and _can_be_dropped(_objects())
                and self._flush()
            )
        except BaseException:  # noqa: BLE001  # the script broke what is asked
            return False

    def _new_modules(self) -> "Iterator[str]":
        """Name those imported since: the last ones. To look at all of them costs too much."""
        for name in reversed(_modules):
            if name == self._newest:
                return
            yield name

    def _flush(self) -> bool:
        for stream in self._streams:
            stream.flush()
        interpreter.flush(None)  # what C's own streams hold
        return True


def _is_known(name: str) -> bool:
    """Whether a module is plain Python, or the interpreter's and does nothing at its end.

    Objects of others may do anything when they go, and are not always to be found.
    """
    file = str(getattr(_modules[name], "__file__", None) or "")
    if file.endswith(".py"):
        return True
    return name not in _WRITERS and (not file or file.startswith(_library))


def _is_finalized(thing: "Any") -> bool:
    """Whether something is done at the end of an object other than a standard stream."""
    if type(thing) in _FILES:
        return not str(thing.name).startswith("<std")
    return hasattr(type(thing), "__del__")


def _can_be_dropped(objects: "List[Any]") -> bool:
    """Whether none of them has anything done at its end."""
    if len(objects) > _MOST:
        return False
    asked = []
    for kind in frozenset(map(type, objects)):
        if hasattr(kind, "__del__") or issubclass(kind, (type, *_WEAK)):
            asked.append(kind)
    return all(_is_harmless(each) for each in objects if type(each) in asked)


def _is_harmless(thing: "Any") -> bool:
    """Judge an object that has a finalizer, a class of such ones, or a weak reference."""
    if type(thing) in _FILES:
        return bool(thing.closed)
    if isinstance(thing, type):
        return not hasattr(thing, "__del__")
    if isinstance(thing, weakref.ref):
        return _is_quiet(thing.__callback__)
    if isinstance(thing, types.GeneratorType):
        return thing.gi_frame is None
    # What it started goes on; a warning about that is not shown, see `_filters`.
    return type(thing) is getattr(_modules.get("subprocess"), "Popen", None)


def _is_quiet(callback: "Any") -> bool:
    if callback is None or getattr(callback, "__module__", "") in _QUIET:
        return True
    return type(callback) is type(len) and callback.__name__ == "_destroy"  # of _abc
