"""Runs one Python callback within its own process, from its first line to its last flush.

Plain Python 3.6. The host calls `run` in a forked child; a fresh interpreter runs this file as
a program. Both end here, so that a script cannot tell them apart. The script may replace or
break anything, so whatever is needed after it is taken hold of before it.

Follows "Callback execution environment": `qb` is available with or without an import.
"""

import _frozen_importlib_external as _external
import _imp
import _socket
import _thread
import atexit
import gc
import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Dict, Mapping, NoReturn, Optional, Tuple

    from qubecb.runner.inside import qb
    from qubecb.runner.python_child import report
else:
    import report

    #: Where `qb` is found, by this process and by those that it starts with multiprocessing:
    #: they have this one's `sys.path`.
    _inside = os.path.join(
        os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "inside"
    )
    sys.path.insert(0, _inside)
    import qb

    sys.path.insert(1, sys.path.pop(0))

_exit, _pread, _close = os._exit, os.pread, os.close
_modules = sys.modules
_builtins = sys.modules["builtins"]
_Module = type(sys)
#: A larger script is read in several portions.
_PORTION = 64 * 1024
_streams = ()  # type: Any
_threads, _exit_functions = _thread._count, atexit._ncallbacks
#: How many functions `atexit` has, and handlers `logging`, when nothing is to be done.
_harmless = (0, 0)
#: The callback directory.
_directory = ""
#: What `qb` needs of the environment that is the same for all runs.
_common = {}  # type: Dict[str, str]
#: Types of global names that stay until the end, for finalizers to use.
_KEPT = frozenset([type(sys), type(lambda: None), type])
_BUFFERED = frozenset([io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom])

SYS_EXIT = (
    "sys.exit() would have ended Qube's own supervisor process; here it is harmless"
)


def prepare() -> None:
    """Do beforehand what is the same for all scripts: in the host, before it forks.

    Every object that a forked child touches costs it a copied page.
    """
    global _harmless  # one process, one callback
    _set_up()
    _common["QUBECB_FARM_TIMEOUT"] = os.environ.get("QUBECB_FARM_TIMEOUT", "")
    import logging

    _harmless = (_exit_functions(), len(vars(logging)["_handlerList"]))


def rehearse() -> None:
    """Run a script of nothing: the host does so last, before it forks.

    The interpreter remembers what it has looked up, and remembering costs a copied page too.
    """
    main, place = _modules["__main__"], sys.path[0]
    for _ in range(10):  # code is made quicker when it is run for about the eighth time
        _look_in("")
        reporter = report.Reporter("", (0, 0))
        namespace = _begin("", _common, (0, 0))
        _ask_a_farm()
        _execute(b"", "", namespace, reporter)
        _finish(namespace)
        _flush()
    _modules["__main__"], sys.path[0], qb._state = main, place, None


def _ask_a_farm() -> None:
    """One call of `qb`, to a farm that has answered beforehand."""
    farm, ours = _socket.socketpair()
    farm.send(b'{"answer": 1, "result": [{"id": 1}]}\n')
    qb._begin(_common, ours.fileno())
    qb.jobinfo("-id", qb.jobid())
    farm.close()
    ours.close()


def _set_up() -> None:
    global _streams  # one process, one callback
    _streams = _open_streams()
    sys.path_hooks.insert(0, _Neighbours)
    sys.argv = [""]


def start(request: "Dict[str, Any]", descriptor: int) -> "NoReturn":
    """Run what the worker asked for: called by the host in a forked child."""
    variables = request["environment"]
    variables.update(_common)
    _look_in(request["directory"])
    run(request["script"], descriptor, variables, request["farm"])


def _look_in(directory: str) -> None:
    """Import from the callback directory first, from sources only."""
    global _directory  # one process, one callback
    sys.path[0] = _directory = directory
    sys.path_importer_cache.pop(directory, None)


def run(
    path: str,
    descriptor: int,
    variables: "Mapping[str, str]",
    farm: "Optional[Tuple[int, int]]" = None,
) -> "NoReturn":
    """Run the script that stands open as `descriptor`; `path` is its name. Never returns.

    `variables` are those of the run; `farm` is which socket the farm's descriptor is, where
    that is known already.
    """
    status = 1
    reporter = report.Reporter(path, farm)
    try:
        namespace = _begin(path, variables, farm)
        source = _source(descriptor)
        status = _execute(source, path, namespace, reporter)
        _finish(namespace)
    except BaseException as error:  # noqa: BLE001  # the script's own end failed
        status = reporter.ended_by(error) or status
    finally:
        _flush()
        _exit(status)


def _begin(
    path: str, variables: "Mapping[str, str]", farm: "Optional[Tuple[int, int]]"
) -> "Dict[str, Any]":
    """What a script meets: `qb`, its name, its globals."""
    qb._begin(variables, report.FARM, farm)
    sys.argv[0] = path
    return _main_module(path).__dict__


def _execute(
    source: bytes, path: str, namespace: "Dict[str, Any]", reporter: "report.Reporter"
) -> int:
    """Compile and run; give the exit status that a script would have ended with."""
    try:
        exec(compile(source, path, "exec", dont_inherit=True), namespace)  # noqa: S102  # its task
    except SystemExit as leaving:
        if leaving.code is None or leaving.code == 0:
            reporter.note(SYS_EXIT)
        return _exit_status(leaving.code)
    except BaseException as error:  # noqa: BLE001  # whatever a script raises is told
        reporter.raised(error, source)
        return 1
    return 0


def _exit_status(code: "Any") -> int:
    """What `sys.exit(code)` means; anything but a number is printed, as Python does."""
    if code is None:
        return 0
    if isinstance(code, int):
        return (code & 0xFF) or (1 if code else 0)
    sys.stderr.write("%s\n" % (code,))
    return 1


def _finish(namespace: "Dict[str, Any]") -> None:
    """End like a script: join threads, run `atexit`, let objects go, write files out.

    The interpreter would take all modules apart, which costs more than most callbacks do.
    What people notice of it is this: objects of the script are finalized while its
    functions and modules are still there, and files left open lose nothing.
    """
    threading = _modules.get("threading")
    if threading is not None and (
        _threads() or getattr(threading, "_threading_atexits", None)
    ):
        threading._shutdown()  # what the interpreter itself calls
    if _has_exit_functions():
        atexit._run_exitfuncs()
    for key, value in namespace.items():
        if key[:2] != "__" and type(value) not in _KEPT:
            namespace[key] = None
    del value
    for thing in gc.get_objects():
        if type(thing) in _BUFFERED and not thing.closed:
            thing.flush()


def _has_exit_functions() -> bool:
    """Whether anything is to be called at the end but `logging` without handlers."""
    functions, handlers = _harmless
    if _exit_functions() != functions:
        return True
    logging = _modules.get("logging")
    return functions > 0 and len(getattr(logging, "_handlerList", "")) != handlers


def _main_module(path: str) -> "ModuleType":
    main = _Module("__main__")
    namespace = main.__dict__
    namespace["__file__"] = path
    namespace["__builtins__"] = _builtins
    namespace["__cached__"] = None
    namespace["qb"] = qb
    _modules["__main__"] = main
    return main


def _source(descriptor: int) -> bytes:
    """Read the whole script: the very file that the worker opened and kept."""
    parts, read = [], 0
    while True:
        part = _pread(descriptor, _PORTION, read)
        if not part:
            break
        parts.append(part)
        read += len(part)
    _close(descriptor)
    return b"".join(parts)


def _open_streams() -> "Any":
    """Standard streams as a callback has them: UTF-8, a line at a time, never failing."""
    buffer = io.open(0, "rb", closefd=False)  # noqa: SIM115  # open as long as we are
    reader = io.TextIOWrapper(buffer, "utf-8", "surrogateescape")
    streams = {"stdin": reader, "stdout": _writer(1), "stderr": _writer(2)}
    for name, stream in streams.items():
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)
    return streams["stdout"], streams["stderr"]


def _writer(descriptor: int) -> "Any":
    return io.TextIOWrapper(
        io.open(descriptor, "wb", closefd=False),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )


def _flush() -> None:
    """Flush what the script writes to now and what it began with, whichever still can."""
    for stream in (sys.stdout, sys.stderr, *_streams):
        try:  # noqa: SIM105  # contextlib costs each child copied pages
            stream.flush()
        except BaseException:  # noqa: BLE001, S110  # closed, replaced, no stream
            pass


class _FromSource(_external.SourceFileLoader):
    """Compiles a module each time, so that a changed neighbour counts at once."""

    def get_code(self, fullname: str) -> "Any":
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Neighbours(_external.FileFinder):
    """Finds modules in the callback directory, and never serves their stale bytecode."""

    def __init__(self, entry: str) -> None:
        own = _directory
        if not own or (entry != own and not entry.startswith(own + os.sep)):
            raise ImportError(entry)
        extensions = (_external.ExtensionFileLoader, _imp.extension_suffixes())
        sources = (_FromSource, _external.SOURCE_SUFFIXES)
        _external.FileFinder.__init__(self, entry, extensions, sources)


def _main() -> None:
    """Fresh mode: `python child.py SCRIPT DIRECTORY`, the script open as descriptor 4."""
    os.set_inheritable(report.FARM, False)
    for name in ("child", "report", "secret_names"):
        _modules.pop(name, None)
    path, directory = sys.argv[1:3]
    _set_up()
    _look_in(directory)
    run(path, 4, os.environ)


if __name__ == "__main__":
    _main()
