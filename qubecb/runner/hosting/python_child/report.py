"""What a Python callback's process tells about its end: traceback, locals, remarks.

Plain Python 3.6. Everything is bounded, and the values of names that look like a secret's
are masked before they are written anywhere.
"""

import contextlib
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING or __package__:
    from qubecb.runner.hosting.python_child.secret_names import MASK, is_secret
else:
    from secret_names import MASK, is_secret
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any, Dict, List, Optional, Tuple

    Frame = Dict[str, Any]

FARM = 3
LONGEST_VALUE = 200
MOST_LOCALS = 50
MOST_FRAMES = 40
#: Bytes of a script that are searched for signs of Python 2.
_LOOKED_AT = 200000

_write, _fstat = os.write, os.fstat


class Reporter:
    """Tells the worker and the output how a script ended."""

    def __init__(self, path: str, farm: "Optional[Tuple[int, int]]" = None) -> None:
        """Take the script's path, and which socket the farm's is, if that is known."""
        self._path = path
        self._identity = farm or _identity()

    def left(self) -> None:
        """The script ended by `sys.exit`, with whatever status."""
        self._tell({"left": True})

    def raised(self) -> None:
        """An exception left the script, and was printed: tell the worker. Never raises."""
        # whatever is needed for it, the script may have broken
        with contextlib.suppress(BaseException):
            self._tell({"traceback": self._last()})

    def _last(self) -> "Dict[str, Any]":
        error = sys.last_value
        if error is None:
            error = BaseException()
        told = describe(error, _from_script(sys.last_traceback, self._path))
        if isinstance(error, SyntaxError) and error.filename == self._path:
            with open(self._path, "rb") as file:
                hint = python_2_hint(file.read(_LOOKED_AT))
            if hint:
                told["message"] = "%s. %s" % (told["message"], hint)
        return told

    def _tell(self, message: "Dict[str, Any]") -> None:
        """One line to the worker, unless the script has put something else in its place."""
        import json

        if self._identity is None or _identity() != self._identity:
            return
        data = json.dumps(message).encode("ascii") + b"\n"
        try:
            while data:
                data = data[_write(FARM, data) :]
        except OSError:
            pass  # the worker is gone


def describe(
    error: BaseException, trace: "Optional[TracebackType]"
) -> "Dict[str, Any]":
    """The traceback as it is kept with the run."""
    frames = _frames(trace)
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(
            {
                "file": str(error.filename),
                "line": error.lineno or 0,
                "function": "",
                "code": (error.text or "").strip()[:LONGEST_VALUE],
            }
        )
    return {
        "type": type(error).__name__,
        "message": _message(error),
        "frames": frames[: MOST_FRAMES // 2]
        + frames[MOST_FRAMES // 2 :][-MOST_FRAMES // 2 :],
        "locals": shown_locals(trace.tb_frame) if trace is not None else {},
    }


def shown_locals(frame: "FrameType") -> "Dict[str, str]":
    """The variables of a frame as people are shown them: short, and without secrets."""
    shown = {}  # type: Dict[str, str]
    for name, value in list(frame.f_locals.items()):
        if name.startswith("__") or name == "qb" or _dull(value):
            continue
        if len(shown) == MOST_LOCALS:
            break
        shown[str(name)] = MASK if is_secret(name) else shown_value(value)
    return shown


def shown_value(value: "Any", depth: int = 3) -> str:
    """A value in at most 200 characters, secrets in dicts masked; never raises."""
    try:
        text = _shown(value, depth)
    except BaseException as error:  # noqa: BLE001  # the script's own __repr__
        text = "<%s whose repr() raised %s>" % (
            type(value).__name__,
            type(error).__name__,
        )
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _shown(value: "Any", depth: int) -> str:
    if isinstance(value, (str, bytes)):
        return repr(value[: LONGEST_VALUE + 1])
    if type(value) is int and value.bit_length() > 1000:
        return "<int of %d bits>" % value.bit_length()
    if type(value) is dict:
        return "{%s}" % ", ".join(_pairs(value, depth))
    if type(value) in (list, tuple, set, frozenset):
        inside = ", ".join(_items(value, depth))
        brackets = "[]" if type(value) is list else "()"
        if type(value) in (set, frozenset):
            brackets = "{}"
        return brackets[0] + inside + brackets[1]
    text = repr(value)  # type: str
    return text


def _items(value: "Any", depth: int) -> "List[str]":
    if depth == 0:
        return ["…"]
    texts = []  # type: List[str]
    for number, item in enumerate(value):
        if number == 20:
            return [*texts, "…"]
        texts.append(shown_value(item, depth - 1))
    return texts


def _pairs(value: "Dict[Any, Any]", depth: int) -> "List[str]":
    if depth == 0:
        return ["…"]
    texts = []  # type: List[str]
    for number, (key, item) in enumerate(value.items()):
        if number == 20:
            return [*texts, "…"]
        text = repr(MASK) if is_secret(key) else shown_value(item, depth - 1)
        texts.append("%s: %s" % (shown_value(key, 0), text))
    return texts


def _dull(value: "Any") -> bool:
    """Modules, functions and classes say nothing about what went wrong."""
    return isinstance(value, (type(sys), type(_dull), type, type(len)))


def _identity() -> "Optional[Tuple[int, int]]":
    """What the farm descriptor is, so that a script's own file is never written to."""
    try:
        status = _fstat(FARM)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _from_script(
    trace: "Optional[TracebackType]", path: str
) -> "Optional[TracebackType]":
    """Leave out the frames above the script's outermost one: they are ours."""
    first = trace
    while first is not None and first.tb_frame.f_code.co_filename != path:
        first = first.tb_next
    return first


def _frames(trace: "Optional[TracebackType]") -> "List[Frame]":
    import linecache

    frames = []  # type: List[Frame]
    while trace is not None:
        code = trace.tb_frame.f_code
        line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
        frames.append(
            {
                "file": code.co_filename,
                "line": trace.tb_lineno,
                "function": code.co_name,
                "code": line[:LONGEST_VALUE],
            }
        )
        trace = trace.tb_next
    return frames


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)[:1000]
    try:
        return str(error)[:1000]
    except BaseException:  # noqa: BLE001  # the script's own __str__
        return "<no message: its str() failed>"


_PYTHON_2 = re.compile(
    rb"""^[ \t]*(?:
          print[ \t]+(?!\()[^\s=.,)]          # print "text"
        | print[ \t]*>>                       # print >>file
        | exec[ \t]+["'a-zA-Z]                # exec "code"
        | except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:   # except Error, error:
        | raise[ \t]+[\w.]+[ \t]*,            # raise Error, "message"
        )
        | <>|\bur["']|`[\w.]+`|\b0[0-7]+[lL]?\b(?!\.)|\b\d+[lL]\b""",
    re.MULTILINE | re.VERBOSE,
)


def python_2_hint(source: bytes) -> str:
    """A sentence for scripts that were written for Python 2, or nothing."""
    if not _PYTHON_2.search(source[:_LOOKED_AT]):
        return ""
    return (
        "This looks like Python 2; callbacks run under Python %d.%d. "
        "Convert it (2to3 helps)" % sys.version_info[:2]
    )
