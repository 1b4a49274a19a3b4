"""The qb module of a callback: what Qube's own callbacks find under that name.

Runs inside the callback's process, under Python 3.6 to 3.14, on the standard library only.
It talks to the worker over a socket that the process inherits, one JSON object a line; the
worker asks the farm. docs/qb-module.md describes every function.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING or __package__:
    from qubecb.runner.hosting.inside.qb_external import Unavailable, refusals
    from qubecb.runner.hosting.inside.qb_line import (
        BadTarget,
        FarmError,
        FarmTimeout,
        Line,
    )
else:
    from qb_external import Unavailable, refusals
    from qb_line import BadTarget, FarmError, FarmTimeout, Line
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

#: What Qube's own module gives as constants.
QB_API_BINARY = 1
QB_API_XML = 2
QB_CLIENT_DEFAULT_CONF = "/etc/qb.conf"
QB_SUPERVISOR_CONFIG_DEFAULT_LICENSE_FILE = "/etc/qb.lic"
QB_SUPERVISOR_CONFIG_DEFAULT_LOGFILE = "/var/log/supelog"
QB_SUPERVISOR_CONFIG_DEFAULT_LOGPATH = "/var/spool/qube"
QB_SUPERVISOR_CONFIG_DEFAULT_WORKER_CONFIGFILE = "/etc/qbwrk.conf"
QB_TIME_EPOCH_OFFSET = 946702800
QB_WORKER_CONFIG_DEFAULT_LOGFILE = "/var/log/workerlog"
_CONSTANTS = [name for name in globals() if name.startswith("QB_")]

_words = str.split

#: The names of `qubecb.jobs.verbs` but for `modify`. That module cannot be imported here; a
#: test holds both equal.
_VERBS = _words(
    "block unblock kill fail retire complete migrate preempt interrupt suspend resume"
    " retry requeue remove top bottom shove"
    " blockwork unblockwork killwork failwork retirework completework retrywork requeuework"
    " workblock workunblock workkill workfail workcomplete workretry workrequeue"
)

__all__ = [*_VERBS, *_CONSTANTS, "event", "jobid", "jobinfo", "jobstatus", "modify"]
__all__ += ["sibling", "subid", "subjobstatus", "workid", "workstatus"]
__all__ += ["BadTarget", "FarmError", "FarmTimeout", "Unavailable"]


class _State(object):
    """What this process knows about its run, as it was at the start."""

    def __init__(
        self,
        environ: "Mapping[str, str]",
        fd: "Optional[int]",
        farm: "Optional[Tuple[int, int]]",
    ) -> None:
        self.jobid = _job_id(environ.get("QBJOBID"))
        self.subid = _integer(environ.get("QUBECB_SUBID"), -1)
        self.workid = environ.get("QUBECB_WORKID") or None
        seconds = environ.get("QUBECB_FARM_TIMEOUT")
        self.line = Line(-1 if fd is None else fd, seconds, farm)


_state = None  # type: Optional[_State]
#: What was made without `_begin`, by process.
_made = {}  # type: Dict[int, _State]


def _begin(
    environ: "Mapping[str, str]",
    fd: "Optional[int]",
    farm: "Optional[Tuple[int, int]]" = None,
) -> _State:
    """Start anew in this process: called by what starts a callback, before its script.

    Takes the environment of the run, the number of the farm socket, or None, and which
    socket (device and inode) that is, where it is known already.
    """
    global _state  # one process, one callback
    _state = _State(environ, fd, farm)
    return _state


def _here() -> _State:
    """This process's state, made from its environment when nobody called `_begin`.

    Threads may come here at once. The first to store its state gives it to all, and takes the
    number away only then: none finds neither. A lock would stay held in a process forked here.
    """
    global _state
    if _state is None:
        fd = _integer(os.environ.get("QUBECB_FARM_FD"), -1)
        _state = _made.setdefault(os.getpid(), _State(os.environ, fd, None))
        try:  # noqa: SIM105 (nothing is imported for this)
            del os.environ["QUBECB_FARM_FD"]
        except KeyError:
            pass  # another thread was quicker; `pop` with a default raises then, too
    return _state


def jobid() -> "Any":
    """The id of the job whose callback this is: a number, or text where the farm's ids are text.

    0 in a callback of the whole site.
    """
    return _here().jobid


def subid() -> int:
    """The id of the instance that the event is about, or -1."""
    return _here().subid


def workid() -> "Optional[str]":
    """The agenda item that the event is about, 'jobid:name', or None."""
    return _here().workid


def event() -> "Dict[str, Any]":
    """The event that fired the callback, as a dict."""
    return dict(_ask({"name": "event"})[0])


def jobinfo(*pairs: "Any", **filters: "Any") -> "List[Dict[str, Any]]":
    """Jobs as dicts: jobinfo("-id", 1234), jobinfo("-pgrp", 1234, "-status", "failed").

    The form of the external API, jobinfo(id=1234), works too; the run bears a note about it,
    because Qube's own callbacks do not have it. Without any pair: all jobs.
    """
    given = list(pairs)
    for name in sorted(filters):
        given += ["-" + name, filters[name]]
    return _jobs("jobinfo", given, bool(filters))


def jobstatus(which: "Any" = None) -> str:
    """The status of a job, of this one unless an id is given."""
    wanted = jobid() if which is None else which
    found = _jobs("jobstatus", ["-id", wanted])
    return str(found[0]["status"]) if found else "unknown"


def subjobstatus(which: "Any" = None) -> str:
    """The status of an instance 'jobid.subjobid'; unless given, the event's."""
    if which is None and subid() == -1:
        raise ValueError(
            "the event is not about an instance; name one, such as '1234.0'"
        )
    job, number = _split(subid() if which is None else which, ".")
    return _status_of("subjobstatus", job, "subjobs", "id", number)


def workstatus(which: "Any" = None) -> str:
    """The status of an agenda item 'jobid:name'; unless given, the event's."""
    if which is None and workid() is None:
        raise ValueError(
            "the event is not about an agenda item; name one, such as '1234:7'"
        )
    job, name = _split(workid() if which is None else which, ":")
    return _status_of("workstatus", job, "agenda", "name", name)


def sibling(label: str) -> "Any":
    """The id of the job with that label in this job's process group, or None."""
    if not isinstance(label, str):
        raise TypeError("sibling() takes a label, not %s" % _kind(label))
    own = _jobs("sibling", ["-id", jobid()])
    if not own:
        return None
    found = _jobs("sibling", ["-pgrp", own[0]["pgrp"], "-label", label])
    return found[0]["id"] if found else None


def modify(fields: "Dict[str, Any]", *ids: "Any") -> "List[Any]":
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


def __getattr__(name: str) -> "Any":  # asked by Python 3.7 and newer
    if name.startswith("__"):
        raise AttributeError(name)
    import difflib

    near = difflib.get_close_matches(name[:60], __all__, 1)
    hint = "; did you mean qb.%s?" % near[0] if near else ""
    raise AttributeError("qb has no %s%s" % (name[:60], hint))


for _name in _VERBS:
    globals()[_name] = _verb(_name)
del _name
globals().update(refusals())


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


def _jobs(
    function: str, pairs: "List[Any]", external: bool = False
) -> "List[Dict[str, Any]]":
    """Ask for jobs; an error names the function that the script called."""
    given = [_pair(function, one) for one in pairs]
    query = {"function": function, "pairs": given, "external": external}
    return _ask({"name": "jobinfo", "query": query})


def _pair(function: str, one: "Any") -> "Any":
    if isinstance(one, (list, tuple, set, frozenset)):
        return [_pair(function, member) for member in one]
    if isinstance(one, (str, int)):
        return one
    takes = "text or integers"
    if function == "jobinfo":
        takes = "pairs of text or integers, such as '-id', 1234"
    raise TypeError("%s() takes %s, not %s" % (function, takes, _kind(one)))


def _split(which: "Any", separator: str) -> "Tuple[Any, str]":
    """A job's id and what follows the separator; without one it is of this job."""
    if isinstance(which, bool) or not isinstance(which, (int, str)):
        raise TypeError(
            "an id is text such as '1234%s7', not %s" % (separator, _kind(which))
        )
    job, found, rest = ("%s" % which).partition(separator)
    return (job, rest) if found else (jobid(), job)


def _status_of(function: str, job: "Any", parts: str, key: str, wanted: str) -> str:
    for found in _jobs(function, ["-id", job]):
        for part in found[parts]:
            if str(part[key]) == wanted:
                return str(part["status"])
    return "unknown"


def _kind(value: object) -> str:
    return type(value).__name__


def _integer(text: "Optional[str]", default: int) -> int:
    if not text:
        return default
    try:
        return int(text)
    except (TypeError, ValueError):
        return default


def _job_id(text: "Optional[str]") -> "Any":
    """Text is never a plain number: the worker sees to that."""
    return _integer(text, 0) if not text or text.isdigit() else text


def _ask(call: "Dict[str, Any]") -> "List[Any]":
    """Ask the worker and wait for its answer."""
    return _here().line.ask(call)


def _tell(message: "Dict[str, Any]") -> None:
    """Say something that wants no answer. Raises FarmError when nobody listens."""
    _here().line.tell(message)
