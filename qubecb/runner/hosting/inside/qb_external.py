"""The names of Qube's external API, which callbacks do not have: each refuses, and says why.

Beside qb.py, and like it plain Python 3.6 to 3.14. Both modules are called `qb`, so code for
one is often pasted into a script for the other.
"""

TYPE_CHECKING = False
if TYPE_CHECKING or __package__:
    from qubecb.runner.hosting.inside.qb_line import FarmError
else:
    from qb_line import FarmError
if TYPE_CHECKING:
    from typing import Any, Callable, Dict

_EXTERNAL = str.split(
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
    " submitcallback workorder info log error workerinfo resource CONST binarySort"
    " rangejoin rangeorder"
)
_EXTERNAL_CLASSES = str.split(
    "Job Work Subjob Host Callback QBObject JobValidator JobTallyValidator"
)


class Unavailable(FarmError):
    """What is called belongs to Qube's external API; a callback does not have it."""

    __module__ = "qb"

    def __init__(self, name: str) -> None:
        FarmError.__init__(
            self,
            "qb.%s belongs to Qube's external API, which callbacks do not have; start a"
            " separate script that imports it, with subprocess.Popen" % name,
        )


def _external(name: str) -> "Callable[..., None]":
    def refuse(*args: "Any", **kwargs: "Any") -> None:
        raise Unavailable(name + "()")

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = "Not available in a callback: raises Unavailable."
    return refuse


class _ExternalClass(type):
    """A class of the external API: it can be named, and whatever is done with it refuses."""

    def __call__(cls, *args: "Any", **kwargs: "Any") -> "Any":
        raise Unavailable(cls.__name__ + "()")

    def __getattr__(cls, name: str) -> "Any":
        if name.startswith("__"):
            raise AttributeError(name)
        raise Unavailable("%s.%s" % (cls.__name__, name))


def refusals() -> "Dict[str, Any]":
    """Every name of the external API, with what refuses in its place."""
    found = {name: _external(name) for name in _EXTERNAL}  # type: Dict[str, Any]
    for name in _EXTERNAL_CLASSES:
        found[name] = _ExternalClass(name, (object,), {"__module__": "qb"})
    return found
