"""What the site's configuration says now: callback directories and qb.conf.

Both are read each time, so that nothing has to be restarted; qb.conf only if it has changed on
disk. A file that is absent for a moment changes neither.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from django.conf import settings

from dashboard.machine.waking import EVENTS, wake
from dashboard.models import Revision
from dashboard.store.database.transactions import writing
from dashboard.store.people import audit
from dashboard.store.people.audit import By
from qubecb.conffile import catalog as conffile_catalog
from qubecb.conffile import qb_conf as conffile_qb_conf
from qubecb.conffile.known_qb_conf import KnownQbConf
from qubecb.conffile.qb_conf import QubConf

#: The directory, in the data directory, that is used when none is configured.
OWN_DIRECTORY = "callback"
#: The file, in the data directory, that keeps what qb.conf said last.
KEPT_QB_CONF = "qb.conf.kept"
_PATH_KEY = "supervisor_universal_callback_path"


@cache
def _known_qb_conf(data: Path) -> KnownQbConf:
    """The qb.conf of a data directory."""
    return KnownQbConf(data / KEPT_QB_CONF)


def qb_conf() -> QubConf:
    """Give what qb.conf says; while it is absent, what it said last, with `absence` set."""
    return _known_qb_conf(settings.DATA).current(qb_conf_path())


def forget_qb_conf(by: By) -> None:
    """Forget what qb.conf said last, and use what is on disk, even if that is nothing.

    For a person's decision. Raises ConfigurationError; then nothing is changed.
    """
    absence = qb_conf().absence
    with writing():
        audit.record(by, "forget-qb-conf", absence)
        _known_qb_conf(settings.DATA).forget()
    wake(EVENTS)


def qb_conf_path() -> Path | None:
    """Give where qb.conf is or should be: `QUBECB_QB_CONF`, else /etc/qb.conf if it exists."""
    given = settings.ENVIRONMENT.get("QUBECB_QB_CONF")
    return conffile_qb_conf.find_path({"QUBECB_QB_CONF": str(given) if given else ""})


def directories() -> list[Path]:
    """Give the callback directories in order; the data directory's own if none is configured.

    Qube's default directory counts as configured where it is known, or where the data
    directory has none of its own.
    """
    given = settings.ENVIRONMENT.get("QUBECB_CALLBACK_PATH") or ()
    own = settings.DATA / OWN_DIRECTORY
    conf = qb_conf()
    paths = conffile_catalog.callback_paths(
        {"QUBECB_CALLBACK_PATH": ",".join(given)}, conf
    )
    only_default = not given and not conf.values.get(_PATH_KEY)
    if paths and only_default and is_known(own):
        paths = [path for path in paths if is_known(path)]
    return [path.absolute() for path in paths] or [own]


def is_configured() -> bool:
    """Whether callback directories are configured, or Qube's default one exists."""
    if settings.ENVIRONMENT.get("QUBECB_CALLBACK_PATH"):
        return True
    conf = qb_conf()
    named = bool(conf.values.get(_PATH_KEY))
    return named or any(map(is_known, conf.callback_directories))


def is_known(directory: Path) -> bool:
    """Whether a directory exists, or did when it was last read: it may be mounted again."""
    there = os.path.isdir(directory)  # noqa: PTH112 (never raises)
    return there or Revision.objects.filter(directory=str(directory)).exists()
