"""Begins a Python callback in its own process, and leaves the rest to the interpreter.

Plain Python 3.6. The host calls `start` in a forked child; a fresh interpreter runs this file as
a program. Both end in the same way, so that a script cannot tell them apart. The script may
replace or break anything, so what is needed after it is remembered before it begins.

Follows "Callback execution environment": `qb` is available with or without an import.
"""

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Mapping, Optional, Tuple

    from qubecb.runner.hosting.inside import qb
    from qubecb.runner.hosting.python_child import interpreter, neighbours, report
    from qubecb.runner.hosting.python_child.ending import Ending
else:
    if __name__ == "__main__" and getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import interpreter
    import neighbours
    import report
    from ending import Ending

    #: Where `qb` is found, by this process and by those that it starts with multiprocessing:
    #: they have this one's `sys.path`.
    _inside = os.path.join(
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "inside"
    )
    sys.path.insert(0, _inside)
    import qb

    sys.path.insert(1, sys.path.pop(0))

_modules = sys.modules
_Module = type(sys)
_builtins = _modules["builtins"]
#: What a main module begins with, where the interpreter has it.
_BEGINNING = ("__annotations__", "__builtins__")
#: What `qb` needs of the environment that is the same for all runs.
_common: "Dict[str, str]" = {}
_ending: "Any" = None
#: Modules of ours that no script can import.
_OURS = ("child", "ending", "interpreter", "neighbours", "report", "secret_names")


def prepare() -> None:
    """Do beforehand what is the same for all scripts: in the host, before it loads modules."""
    global _ending  # one process, one callback
    for name in _OURS:
        _modules.pop(name, None)
    _open_streams()
    neighbours.install()
    _ending = Ending()
    sys.argv[:] = [""]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.executable, ""]
    _common["QUBECB_FARM_TIMEOUT"] = os.environ.get("QUBECB_FARM_TIMEOUT", "")


def rehearse() -> None:
    """Do all that a child does before its script: the host does so last, before it forks.

    The interpreter remembers what it has looked up; a child that has to remember, too, pays
    each time with a copied page.
    """
    _ending.remember()
    for _ in range(10):  # code is made quicker when it is run for about the eighth time
        rehearse_once()
        _ending.rehearse()
    # What was not there, or was something else, when the host began: look again.
    sys.path_importer_cache.clear()
    _ending.remember()


def rehearse_once() -> None:
    """Do it once more, up to the end: a child that waits for its run has copied the pages."""
    main, place, hook = _modules["__main__"], sys.path[0], sys.excepthook
    _begin("", "", -1, _common, (0, 0))
    interpreter.rehearse()
    _ask_a_farm()
    _modules["__main__"], sys.path[0], sys.excepthook = main, place, hook
    qb._state = None


def _ask_a_farm() -> None:
    """One call of `qb`, to a farm that has answered beforehand."""
    import _socket

    farm, ours = _socket.socketpair()
    farm.send(b'{"answer": 1, "result": [{"id": 1}]}\n')
    qb._begin(_common, ours.fileno())
    qb.jobinfo("-id", qb.jobid())
    farm.close()
    ours.close()


def start(request: "Dict[str, Any]", descriptor: int) -> "interpreter.Leave":
    """Begin what the worker asked for, in a child of the host; give what it must raise."""
    variables = request["environment"]
    variables.update(_common)
    path, place, farm = request["script"], request["place"], request["farm"]
    return _begin(path, place, descriptor, variables, farm)


def _begin(
    path: str,
    place: str,
    descriptor: int,
    variables: "Mapping[str, str]",
    farm: "Optional[Tuple[int, int]]" = None,
) -> "interpreter.Leave":
    """Make everything as the script finds it: `qb`, its name, its place, its globals.

    It stands open as `descriptor`. `variables` are those of the run; `farm` is which socket
    the farm's descriptor is, where that is known already.
    """
    qb._begin(variables, report.FARM, farm)
    neighbours.look_in(place)
    sys.argv[0] = path
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[1] = path
    _modules["__main__"] = _main_module()
    reporter = report.Reporter(path, farm)
    _ending.begin(reporter)
    return interpreter.hand_over(path, descriptor, _ending.over)


def _main_module() -> "ModuleType":
    main = _Module("__main__")
    for name in _BEGINNING:
        if name in globals():
            vars(main)[name] = _builtins if name == "__builtins__" else {}
    vars(main)["qb"] = qb
    return main


def _open_streams() -> None:
    """Standard streams as a callback has them: UTF-8, a line at a time, never failing.

    With PYTHONUNBUFFERED at once, and not a line at a time.
    """
    at_once = isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        raw = io.FileIO(number, "w" if number else "r", closefd=False)
        raw.name = "<%s>" % name
        if number:
            buffer = raw if at_once else io.BufferedWriter(raw)  # type: Any
            errors = "backslashreplace"
        else:
            buffer, errors = io.BufferedReader(raw), "surrogateescape"
        stream = io.TextIOWrapper(
            buffer,
            "utf-8",
            errors,
            line_buffering=bool(number),
            write_through=bool(number) and at_once,
        )
        vars(stream)["mode"] = raw.mode[0]
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)


def _main() -> "interpreter.Leave":
    """Fresh mode: `python child.py SCRIPT PLACE`, the script open as descriptor 4."""
    os.set_inheritable(report.FARM, False)
    path, place = sys.argv[1:3]
    prepare()
    return _begin(path, place, 4, os.environ)


if __name__ == "__main__":
    raise _main()
