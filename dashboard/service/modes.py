"""File modes of the data directory, set at every start.

0711 for the directory itself, so that callbacks of another user reach the callback directory
in it; everything else is the service's alone (0700 and 0600), except:

- `callback`, the callback directory of a site that has no other: 0755;
- `spool`, which the members of QUBECB_SPOOL_GROUP may write to, if there is such a group.

A link is never followed, and what belongs to somebody else is left as it is and told.
"""

from __future__ import annotations

import grp
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from dashboard.store.configuration.site import OWN_DIRECTORY
from qubecb.digits import whole_number
from qubecb.errors import ConfigurationError

logger = logging.getLogger(__name__)
SPOOL = "spool"
#: The folders of the spool into which others may write.
_SHARED = ("tmp", "new")
#: A larger number is not a group.
_LARGEST_GROUP = 2**32 - 2


def close(data: Path) -> None:
    """Give everything in the data directory its mode; raises ConfigurationError.

    The error means that the group does not exist; a file that cannot be changed is
    logged.
    """
    group = spool_group()
    _set(data, 0o711)
    for path in _below(data):
        if path.name not in (OWN_DIRECTORY, SPOOL):
            _close(path)
    _set(data / OWN_DIRECTORY, 0o755)
    _close(data / SPOOL)
    if group is not None:
        _share(data / SPOOL, group)


def spool_group() -> int | None:
    """The number of QUBECB_SPOOL_GROUP, or None; raises ConfigurationError."""
    name: str | None = settings.ENVIRONMENT.get("QUBECB_SPOOL_GROUP")
    if not name:
        return None
    number = whole_number(name, most=_LARGEST_GROUP)
    if number is not None:
        return number
    try:
        return grp.getgrnam(name).gr_gid
    except (KeyError, ValueError):
        raise ConfigurationError(
            f"QUBECB_SPOOL_GROUP: there is no Unix group {name[:60]!a}"
        ) from None


def _close(path: Path) -> None:
    """Make a file or a whole folder the service's alone."""
    if path.is_symlink():
        return
    _set(path, 0o700 if path.is_dir() else 0o600)
    if path.is_dir():
        for below in _below(path):
            _close(below)


def _share(spool: Path, group: int) -> None:
    """Let the group write into the spool; what it writes bears the group."""
    for folder, mode in ((spool, 0o710), *((spool / name, 0o2770) for name in _SHARED)):
        if folder.is_dir() and not folder.is_symlink():
            os.chown(folder, -1, group)
            _set(folder, mode)


def _below(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            yield from [Path(entry.path) for entry in entries]
    except FileNotFoundError:
        return


def _set(path: Path, mode: int) -> None:
    try:
        status = path.lstat()
        if stat.S_IMODE(status.st_mode) != mode and not stat.S_ISLNK(status.st_mode):
            path.chmod(mode)
    except FileNotFoundError:
        return  # it ended meanwhile, or is not made yet
    except OSError as error:
        logger.warning("the mode of %s stays as it is: %s", path, error.strerror)
