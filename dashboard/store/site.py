"""What the site's configuration says now: callback directories and qb.conf.

Both are read again whenever they are asked for, so that nobody has to restart anything;
qb.conf only when it has changed on disk.
"""

from __future__ import annotations

import threading
from pathlib import Path

from django.conf import settings

from qubecb.conffile import catalog as conffile_catalog
from qubecb.conffile import qb_conf as conffile_qb_conf
from qubecb.conffile.qb_conf import QubConf

#: The directory, in the data directory, that is used when none is configured.
OWN_DIRECTORY = "callback"
_PATH_KEY = "supervisor_universal_callback_path"

Stamp = tuple[int, ...] | None


class _Kept:
    """qb.conf as it was read last, and the file that this was."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.path: Path | None = None
        self.stamp: Stamp = None
        self.read: QubConf | None = None


_KEPT = _Kept()


def qb_conf() -> QubConf:
    """Give what was found in qb.conf, as it is on disk now."""
    path = qb_conf_path()
    stamp = _stamp(path)
    with _KEPT.lock:
        if _KEPT.read is None or (_KEPT.path, _KEPT.stamp) != (path, stamp):
            _KEPT.read = conffile_qb_conf.load(path)
            _KEPT.path, _KEPT.stamp = path, stamp
        return _KEPT.read


def qb_conf_path() -> Path | None:
    """Give where qb.conf is or should be: `QUBECB_QB_CONF`, else /etc/qb.conf if it exists."""
    given = settings.ENVIRONMENT.get("QUBECB_QB_CONF")
    return conffile_qb_conf.find_path({"QUBECB_QB_CONF": str(given) if given else ""})


def directories() -> list[Path]:
    """Give the callback directories in order; the data directory's own if none is configured.

    Qube's default directory counts as configured where it exists, or where the data
    directory has none of its own.
    """
    given = settings.ENVIRONMENT.get("QUBECB_CALLBACK_PATH") or ()
    own = settings.DATA / OWN_DIRECTORY
    conf = qb_conf()
    paths = conffile_catalog.callback_paths(
        {"QUBECB_CALLBACK_PATH": ",".join(given)}, conf
    )
    if not given and not conf.values.get(_PATH_KEY) and own.is_dir():
        paths = [path for path in paths if path.is_dir()]
    return [path.absolute() for path in paths] or [own]


def is_configured() -> bool:
    """Whether somebody named callback directories, or Qube's default one is there."""
    if settings.ENVIRONMENT.get("QUBECB_CALLBACK_PATH"):
        return True
    conf = qb_conf()
    named = bool(conf.values.get(_PATH_KEY))
    return named or any(path.is_dir() for path in conf.callback_directories)


def _stamp(path: Path | None) -> Stamp:
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else None
