"""Has the interpreter run a script, by the very function that `python script.py` calls.

Plain Python 3.6. Nothing that is written in Python does the same: `exec` leaves frames of ours
below the script, which `traceback.print_stack`, `stacklevel` and `inspect.stack` show, and the
interpreter's own end comes only when its main program is over. So our program ends, by an
exception that passes all its frames. The interpreter then calls `sys.excepthook`, which is by
now its own C function that runs a file as the main program. What follows is its own doing:
printing an exception, `SystemExit`, joining threads, `atexit`, the end of every object, the
exit status.
"""

import contextlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    Over = Callable[[bool], None]

ctypes = None  # type: Any
with contextlib.suppress(ImportError):  # an interpreter may have been built without it
    import ctypes

#: Where the interpreter notes the exception that ended its main program.
_NOTED = ("last_exc", "last_type", "last_value", "last_traceback")


class Leave(BaseException):
    """Ends our own program. Caught by nobody."""


def hand_over(path: str, descriptor: int, over: "Over") -> Leave:
    """Give what must be raised, from any depth, to have a script run in `__main__`.

    It stands open as `descriptor`; `path` is its name. `over` is called at its end, with
    whether it came there without an exception, which is printed by then. It is not called
    after `sys.exit`.
    """
    sys.excepthook = (_by_hand if ctypes is None else _by_interpreter)(
        path, descriptor, over, sys.excepthook
    )
    return Leave()


def rehearse() -> None:
    """Do what is done around a script, for nothing."""
    hook = sys.excepthook
    for given in _run.argtypes[1:] if _run is not None else ():
        given.from_param(None)
    _forget(hook)
    with contextlib.suppress(SystemExit):
        _ended(lambda _: None, True)


def _by_interpreter(path: str, descriptor: int, over: "Over", hook: "Any") -> "Any":
    """The C function `int PyRun_SimpleFileEx(FILE *, const char *, int closeit)`.

    A hook is given three arguments, too: type, value and traceback of `Leave`. Each is
    replaced by the one that the function takes in its place.
    """

    def file(_: object) -> "Any":
        _forget(hook)
        _uncount()
        os.lseek(descriptor, 0, os.SEEK_SET)
        return ctypes.c_void_p(_fdopen(descriptor, b"rb"))

    name = ctypes.c_char_p(os.fsencode(path))
    _run.argtypes = [_Given(file), _Given(lambda _: name), _Given(lambda _: _CLOSE)]
    _run.restype = lambda status: _ended(over, status == 0)
    return _run


def _ended(over: "Over", reached: bool) -> None:
    """Tell that the script is over, and have the interpreter end with the right status."""
    interrupted = getattr(sys, "last_type", None) is KeyboardInterrupt
    over(reached)
    if reached:
        raise SystemExit(0)  # else the status would be that of `Leave`
    if interrupted:
        _interrupt()


def _interrupt() -> None:
    """Have the interpreter know it again, whatever was executed since: it ends by SIGINT."""
    with contextlib.suppress(KeyboardInterrupt):
        exec("raise KeyboardInterrupt")  # noqa: S102  # only text is noted


class _Given(object):
    """An argument's type, for ctypes: makes the argument itself, out of whatever is given."""

    def __init__(self, make: "Callable[[object], Any]") -> None:
        self.from_param = make


def _uncount() -> None:
    """Take back what calling a hook adds to the depth of recursion: scripts can count it."""
    if _leave_recursive_call is not None:
        _leave_recursive_call()
    elif sys.version_info < (3, 9):
        # PyThreadState of 3.6 to 3.8: four pointers, then the depth.
        field = _thread_state() + 4 * ctypes.sizeof(ctypes.c_void_p)
        ctypes.c_int.from_address(field).value -= 1


_run = None  # type: Any
if ctypes is not None:
    flush = ctypes.PyDLL(None).fflush
    _run = ctypes.pythonapi["PyRun_SimpleFileEx"]
    _CLOSE = ctypes.c_int(1)
    _fdopen = ctypes.CDLL(None).fdopen
    _fdopen.restype = ctypes.c_void_p
    _fdopen.argtypes = [ctypes.c_int, ctypes.c_char_p]
    _thread_state = ctypes.pythonapi.PyThreadState_Get
    _thread_state.restype = ctypes.c_void_p
    # From 3.12 on C functions are counted apart.
    _leave_recursive_call = (
        ctypes.pythonapi.Py_LeaveRecursiveCall
        if (3, 9) <= sys.version_info < (3, 12)
        else None
    )


def _by_hand(path: str, descriptor: int, over: "Over", hook: "Any") -> "Any":
    """The same without ctypes, but for one frame of ours below the script's."""

    def run(*_: object) -> None:
        _forget(hook)
        namespace = vars(sys.modules["__main__"])
        namespace.update(__file__=path, __cached__=None)
        with open(descriptor, "rb", closefd=True) as file:
            file.seek(0)
            source = file.read()
        try:
            exec(compile(source, path, "exec", dont_inherit=True), namespace)  # noqa: S102  # its task
        except SystemExit:
            raise
        except BaseException as error:  # noqa: BLE001  # whatever a script raises
            trace = error.__traceback__ and error.__traceback__.tb_next
            error.__traceback__ = trace  # without the frame of ours
            vars(sys).update(
                last_type=type(error), last_value=error, last_traceback=trace
            )
            sys.excepthook(type(error), error, trace)
            _ended(over, False)
        else:
            _ended(over, True)

    return run


def _forget(hook: "Any") -> None:
    """Put back the hook, and what the interpreter noted of `Leave`."""
    sys.excepthook = hook
    for name in _NOTED:
        if hasattr(sys, name):
            delattr(sys, name)
