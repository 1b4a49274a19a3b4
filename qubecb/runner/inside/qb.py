"""The qb module of a callback: what Qube's own callbacks find under that name.

Runs inside the callback's process, under Python 3.6 to 3.14, on the standard library only.
It talks to the worker over a socket that the process inherits, one JSON object a line; the
worker asks the farm. docs/qb-module.md describes every function.
"""

import os
import select
import stat
import time
from _thread import allocate_lock as _allocate_lock
from _thread import get_ident as _get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

QB_TIME_EPOCH_OFFSET = 946702800

_LONGEST = 1024 * 1024 - 1
_WRITE = 4096
_READ = 65536

_words = str.split

_JOB_VERBS = _words(
    "block unblock kill fail retire complete migrate preempt interrupt suspend resume"
    " retry requeue remove top bottom shove"
)
_WORK_VERBS = _words(
    "blockwork unblockwork killwork failwork retirework completework retrywork requeuework"
    " workblock workunblock workkill workfail workcomplete workretry workrequeue"
)
_EXTERNAL = _words(
    "submit hostinfo ping hist stats stdout stderr joborder hostorder jobtagvalues"
    " archivejob recoverjob validatejob jobconfig jobobj jobtypeavailable reportjob"
    " reportwork requestwork convertpath supervisorconfig localconfig workerconfig"
    " updatelocalconfig updateworkerconfig getsupervisor setsupervisor gettimeout"
    " settimeout getlogpath setlogpath getusers setusers isadmin currenttime version"
    " waitfor genframes genchunks genpartitions rangesplit rangechunk rangepartition"
    " workerlock workerping workerpathmap bannedworkers getresources updateresources"
    " updateworkerproperties updateworkerresources deleteworkerproperties"
    " deleteworkerresources getpreferences setpreference deletepreference admincommand"
    " qbadmin_reconfigureworkers updatepassword checkpassword encryptpassword"
)

__all__ = _JOB_VERBS + _WORK_VERBS
__all__ += ["QB_TIME_EPOCH_OFFSET", "event", "jobid", "jobinfo", "jobstatus", "modify"]
__all__ += ["sibling", "subid", "subjobstatus", "workid", "workstatus"]
__all__ += ["BadTarget", "FarmError", "FarmTimeout", "Unavailable"]


class FarmError(RuntimeError):
    """The farm refused or failed, or cannot be reached."""


class BadTarget(FarmError, ValueError):
    """This id cannot be given to the farm; 0 is one of them."""


class FarmTimeout(FarmError):
    """The farm did not answer in time."""


class Unavailable(FarmError):
    """The function belongs to Qube's external API; a callback does not have it."""


class _State(object):
    """What this process knows about itself, and its line to the worker."""

    def __init__(self, environ: "Mapping[str, str]", fd: "Optional[int]") -> None:
        self.jobid = _integer(environ.get("QBJOBID"), 0)
        self.subid = _integer(environ.get("QUBECB_SUBID"), -1)
        self.workid = environ.get("QUBECB_WORKID") or None
        self.seconds = _seconds(environ.get("QUBECB_FARM_TIMEOUT"))
        self.fd = -1 if fd is None else fd
        self.identity = _identity(self.fd)
        self.pid = os.getpid()
        self.lock = _allocate_lock()
        self.owner = 0
        self.number = 0
        self.received = bytearray()
        self.context = None  # type: Optional[str]
        self.broken = ""


class _Turn(object):
    """One thread's turn on the line. What a signal handler asks in between is refused."""

    def __init__(self, state: _State) -> None:
        self.state = state

    def __enter__(self) -> None:
        _reach(self.state)
        if self.state.owner == _get_ident():
            raise FarmError("qb was called again before its call ended")
        self.state.lock.acquire()
        self.state.owner = _get_ident()

    def __exit__(self, *failure: "Any") -> None:
        self.state.owner = 0
        self.state.lock.release()


_state = None  # type: Optional[_State]


def _begin(environ: "Mapping[str, str]", fd: "Optional[int]") -> _State:
    """Start anew in this process: called by what starts a callback, before its script.

    Takes the environment of the run and the number of the farm socket, or None.
    """
    global _state
    _state = _State(environ, fd)
    return _state


def _here() -> _State:
    """This process's state, made from its environment when nobody called `_begin`."""
    if _state is not None:
        return _state
    return _begin(os.environ, _integer(os.environ.pop("QUBECB_FARM_FD", None), -1))


def jobid() -> int:
    """The id of the job whose callback this is; 0 in a callback of the whole site."""
    return _here().jobid


def subid() -> int:
    """The id of the instance that the event is about, or -1."""
    return _here().subid


def workid() -> "Optional[str]":
    """The agenda item that the event is about, 'jobid:name', or None."""
    return _here().workid


def event() -> "Dict[str, Any]":
    """The event that fired the callback, as a dict."""
    import json

    state = _here()
    with _Turn(state):
        deadline = time.monotonic() + state.seconds
        while state.context is None:
            _take(state, _line(state, deadline))
        context = json.loads(state.context)["context"]
        return dict(context["event"])


def jobinfo(*pairs: "Any", **filters: "Any") -> "List[Dict[str, Any]]":
    """Jobs as dicts: jobinfo("-id", 1234), jobinfo("-pgrp", 1234, "-status", "failed").

    Without any pair: all jobs.
    """
    given = [_pair(one) for one in pairs]
    for name in sorted(filters):
        given += ["-" + name, _pair(filters[name])]
    return _ask({"name": "jobinfo", "query": {"pairs": given}})


def jobstatus(which: "Any" = None) -> str:
    """The status of a job, of this one unless an id is given."""
    wanted = jobid() if which is None else which
    found = jobinfo("-id", wanted)
    return str(found[0]["status"]) if found else "unknown"


def subjobstatus(which: "Any" = None) -> str:
    """The status of an instance 'jobid.subjobid'; unless given, the event's."""
    if which is None and subid() == -1:
        raise ValueError("the event is about no instance; say which, as '1234.0'")
    job, number = _split(subid() if which is None else which, ".")
    return _status_of(job, "subjobs", "id", number)


def workstatus(which: "Any" = None) -> str:
    """The status of an agenda item 'jobid:name'; unless given, the event's."""
    if which is None and workid() is None:
        raise ValueError("the event is about no agenda item; say which, as '1234:7'")
    job, name = _split(workid() if which is None else which, ":")
    return _status_of(job, "agenda", "name", name)


def sibling(label: str) -> "Optional[int]":
    """The id of the job with that label in this job's process group, or None."""
    if not isinstance(label, str):
        raise TypeError("sibling() takes a label, not %s" % _kind(label))
    own = jobinfo("-id", jobid())
    if not own:
        return None
    found = jobinfo("-pgrp", own[0]["pgrp"], "-label", label)
    return found[0]["id"] if found else None


def modify(fields: "Dict[str, Any]", *ids: "Any") -> "List[int]":
    """Change fields of jobs: modify({'priority': 10}, 1234). Gives the ids changed."""
    if not isinstance(fields, dict):
        raise TypeError("modify() takes a dict first, not %s" % _kind(fields))
    return _act("modify", ids, dict(fields))


def _verb(name: str) -> "Callable[..., List[Any]]":
    def act(*ids: "Any") -> "List[Any]":
        return _act(name, ids, {})

    act.__name__ = act.__qualname__ = name
    act.__doc__ = "Ask the farm to %s what the ids mean; give what it affected." % name
    return act


def _external(name: str) -> "Callable[..., None]":
    def refuse(*args: "Any", **kwargs: "Any") -> None:
        raise Unavailable(
            "qb.%s() belongs to Qube's external API, which callbacks do not have; start a"
            " separate script that imports it, with subprocess.Popen" % name
        )

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = "Not available in a callback: raises Unavailable."
    return refuse


for _name in _JOB_VERBS + _WORK_VERBS:
    globals()[_name] = _verb(_name)
for _name in _EXTERNAL:
    globals()[_name] = _external(_name)
del _name


def _act(verb: str, ids: "Tuple[Any, ...]", arguments: "Dict[str, Any]") -> "List[Any]":
    """One verb for all ids; nothing is asked when the only thing given is an empty list."""
    targets = _targets(verb, ids)
    if not targets:
        return []
    call = {"name": "act", "verb": verb, "targets": targets, "arguments": arguments}
    return _ask(call)


def _targets(verb: str, ids: "Tuple[Any, ...]") -> "List[str]":
    if not ids:
        raise TypeError("%s() needs at least one id" % verb)
    targets = []  # type: List[str]
    for one in ids:
        if isinstance(one, (list, tuple, set, frozenset)):
            targets += [_target(verb, member) for member in one]
        else:
            targets.append(_target(verb, one))
    return targets


def _target(verb: str, one: "Any") -> str:
    if isinstance(one, int) and not isinstance(one, bool):
        return int.__repr__(one)
    if isinstance(one, str):
        return str.__str__(one)
    raise TypeError(
        "%s() takes ids such as 1234 or '1234:7', not %s" % (verb, _kind(one))
    )


def _pair(one: "Any") -> "Any":
    if isinstance(one, (list, tuple, set, frozenset)):
        return [_pair(member) for member in one]
    if isinstance(one, (str, int)):
        return one
    raise TypeError(
        "jobinfo() takes pairs of text or integers, such as '-id', 1234, not %s"
        % _kind(one)
    )


def _split(which: "Any", separator: str) -> "Tuple[Any, str]":
    """A job's id and what follows the separator; without one it is of this job."""
    if isinstance(which, bool) or not isinstance(which, (int, str)):
        raise TypeError(
            "an id is text such as '1234%s0', not %s" % (separator, _kind(id))
        )
    job, found, rest = ("%s" % which).partition(separator)
    return (job, rest) if found else (jobid(), job)


def _status_of(job: "Any", parts: str, key: str, wanted: str) -> str:
    for found in jobinfo("-id", job):
        for part in found[parts]:
            if str(part[key]) == wanted:
                return str(part["status"])
    return "unknown"


def _kind(value: object) -> str:
    return type(value).__name__


def _integer(text: "Optional[str]", default: int) -> int:
    try:
        return int(text or "")
    except (TypeError, ValueError):
        return default


def _seconds(text: "Optional[str]") -> float:
    try:
        seconds = float(text or "")
    except (TypeError, ValueError):
        return 30.0
    return seconds if 0 < seconds < 1e9 else 30.0


# The line to the worker. Only one thread at a time is in here.


def _tell(message: "Dict[str, Any]") -> None:
    """Say something that wants no answer. Raises FarmError when nobody listens."""
    state = _here()
    with _Turn(state):
        _write(state, _encoded(message), time.monotonic() + state.seconds)


def _ask(call: "Dict[str, Any]") -> "List[Any]":
    """Ask the worker and wait for its answer."""
    state = _here()
    with _Turn(state):
        state.number += 1
        call["call"] = number = state.number
        deadline = time.monotonic() + state.seconds
        _write(state, _encoded(call), deadline)
        while True:
            answer = _take(state, _line(state, deadline))
            if answer is not None and answer.get("answer") == number:
                return _result(answer)


def _result(answer: "Dict[str, Any]") -> "List[Any]":
    error = answer.get("error")
    if error is None:
        return list(answer["result"])
    known = {"BadTarget": BadTarget, "FarmTimeout": FarmTimeout}
    raise known.get(error["type"], FarmError)(error["message"])


def _reach(state: _State) -> None:
    """See that the socket is still the one of the start, in the process of the start."""
    if state.broken:
        raise FarmError(state.broken)
    if state.identity is None:
        raise FarmError("there is no farm: this process was not started by qubecb")
    if os.getpid() != state.pid:
        raise FarmError(
            "qb works only in the callback's own process, not in one forked from it"
        )
    if _identity(state.fd) != state.identity:
        raise FarmError("the line to the farm is gone: the script closed it")


def _identity(fd: int) -> "Optional[Tuple[int, int]]":
    """Which socket a descriptor is, or None when it is none."""
    try:
        found = os.fstat(fd)
    except (OSError, OverflowError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISSOCK(found.st_mode) else None


def _encoded(message: "Dict[str, Any]") -> bytes:
    import json

    try:
        data = json.dumps(message, allow_nan=False).encode("ascii") + b"\n"
    except RecursionError:
        raise TypeError("this is nested too deep to be sent to the farm") from None
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError("this cannot be sent to the farm: %s" % error) from None
    if len(data) > _LONGEST:
        raise ValueError("this is too much for one call: more than 1 MiB")
    return data


def _write(state: _State, data: bytes, deadline: float) -> None:
    """Send in pieces so small that a socket with room takes each whole, without blocking."""
    sent = 0
    try:
        while sent < len(data):
            _wait(state, select.POLLOUT, deadline)
            sent += os.write(state.fd, data[sent : sent + _WRITE])
    except OSError as error:
        state.broken = "the line to the farm is gone: %s" % error
        raise FarmError(state.broken) from None
    except BaseException:
        if sent:
            state.broken = "the line to the farm is gone: a call was cut short"
        raise


def _line(state: _State, deadline: float) -> bytes:
    """The next whole line from the worker."""
    searched = 0
    while True:
        end = state.received.find(b"\n", searched)
        if end >= 0:
            line = bytes(state.received[:end])
            del state.received[: end + 1]
            return line
        searched = len(state.received)
        _wait(state, select.POLLIN, deadline)
        try:
            data = os.read(state.fd, _READ)
        except OSError as error:
            raise FarmError("the line to the farm is gone: %s" % error) from None
        if not data:
            state.broken = "the line to the farm is gone: the worker ended"
            raise FarmError(state.broken)
        state.received += data


def _wait(state: _State, what: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(state.fd, what)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise FarmTimeout("the farm did not answer within %g s" % state.seconds)


def _take(state: _State, line: bytes) -> "Optional[Dict[str, Any]]":
    """A message of the worker; the context is kept, None stands for it."""
    import json

    message = json.loads(line.decode("utf-8", "replace"))
    if "context" in message:
        state.context = line.decode("utf-8", "replace")
        return None
    return dict(message)
