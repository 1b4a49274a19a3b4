"""Runs one Python callback within its own process, from its first line to its last flush.

Plain Python 3.6. The host calls `run` in a forked child; a fresh interpreter runs this file as
a program. Both end here, so that a script cannot tell them apart. The script may replace or
break anything, so whatever is needed after it is taken hold of before it.

Follows "Callback execution environment": `qb` is available with or without an import.
"""

import atexit
import contextlib
import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable, Dict, NoReturn

    from qubecb.runner.inside import qb, report
else:
    import qb
    import report

_exit, _read, _lseek, _fstat, _close = os._exit, os.read, os.lseek, os.fstat, os.close
_modules = sys.modules
_Module = type(sys)
_SEEK_SET = os.SEEK_SET

SYS_EXIT = (
    "sys.exit() would have ended Qube's own supervisor process; here it is harmless"
)


def start(request: "Dict[str, Any]", descriptor: int) -> "NoReturn":
    """Run what the worker asked for: called by the host in a forked child."""
    run(request["script"], request["directory"], descriptor)


def run(path: str, directory: str, descriptor: int) -> "NoReturn":
    """Run the script that stands open as `descriptor`; `path` is its name. Never returns."""
    status = 1
    reporter = report.Reporter(path)
    streams = _open_streams()
    try:
        qb._begin(os.environ, report.FARM)
        main = _main_module(path)
        source = _source(descriptor)
        _find_neighbours(directory)
        sys.argv = [path]
        status = _execute(source, path, main.__dict__, reporter)
        _finish(main.__dict__)
    except BaseException as error:  # noqa: BLE001  # the script's own end failed
        status = reporter.ended_by(error) or status
    finally:
        _flush(streams)
        _exit(status)


def _execute(
    source: bytes, path: str, namespace: "Dict[str, Any]", reporter: "report.Reporter"
) -> int:
    """Compile and run; give the exit status that a script would have ended with."""
    try:
        exec(compile(source, path, "exec", dont_inherit=True), namespace)  # noqa: S102
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
    """End like a script: join threads, run `atexit`, let the module's objects go."""
    threading = _modules.get("threading")
    if threading is not None:
        threading._shutdown()  # what the interpreter itself calls
    atexit._run_exitfuncs()
    private = [key for key in namespace if key[:1] == "_" and key[1:2] != "_"]
    for key in private:
        namespace[key] = None
    for key in list(namespace):
        if key != "__builtins__":
            namespace[key] = None


def _main_module(path: str) -> "ModuleType":
    main = _Module("__main__")
    main.__dict__.update(
        __file__=path, __builtins__=_modules["builtins"], __cached__=None, qb=qb
    )
    _modules["__main__"] = main
    return main


def _source(descriptor: int) -> bytes:
    """Read the whole script: the very file that the worker opened and kept."""
    _lseek(descriptor, 0, _SEEK_SET)
    wanted = _fstat(descriptor).st_size + 1
    parts = []
    while True:
        part = _read(descriptor, wanted)
        if not part:
            break
        parts.append(part)
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


def _flush(streams: "Any") -> None:
    """Flush what the script writes to now and what it began with, whichever still can."""
    for stream in (sys.stdout, sys.stderr, *streams):
        with contextlib.suppress(BaseException):  # closed, replaced, no stream at all
            stream.flush()


def _find_neighbours(directory: str) -> None:
    """Put the callback directory first on the path, and never serve its stale bytecode."""
    sys.path[0] = directory
    sys.path_hooks.insert(0, _hook(directory))
    sys.path_importer_cache.pop(directory, None)


def _hook(directory: str) -> "Callable[[str], Any]":
    import _frozen_importlib_external as external
    import _imp

    class AlwaysFromSource(external.SourceFileLoader):
        """Compiles a module each time: a changed neighbour counts at once."""

        def get_code(self, fullname: str) -> "Any":
            path = self.get_filename(fullname)
            return self.source_to_code(self.get_data(path), path)

    kinds = [
        (external.ExtensionFileLoader, _imp.extension_suffixes()),
        (AlwaysFromSource, external.SOURCE_SUFFIXES),
    ]

    def hook(entry: str) -> "Any":
        if entry != directory and not entry.startswith(directory + os.sep):
            raise ImportError(entry)
        return external.FileFinder(entry, *kinds)

    return hook


def _main() -> None:
    """Fresh mode: `python child.py SCRIPT DIRECTORY`, the script open as descriptor 4."""
    os.set_inheritable(report.FARM, False)
    for name in ("child", "report"):
        _modules.pop(name, None)
    run(sys.argv[1], sys.argv[2], 4)


if __name__ == "__main__":
    _main()
