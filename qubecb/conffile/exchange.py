"""Exchanging two files in one step, so that neither is ever gone.

Linux has renameat2 with RENAME_EXCHANGE since 3.15, on every local file system of use. NFS,
some network file systems and macOS have nothing like it that Python could reach; `exchange`
then raises NoExchange, and the caller does without.
"""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_TO_BE_HAD = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


class NoExchange(Exception):
    """This system or file system cannot exchange two files."""


def exchange(first: Path, second: Path) -> None:
    """Give each of two files the other's name, atomically.

    Raises NoExchange where that is not to be had, and OSError as a rename does.
    """
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        raise NoExchange from None
    names = os.fsencode(first), os.fsencode(second)
    if renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return
    number = ctypes.get_errno()
    if number in _NOT_TO_BE_HAD:
        raise NoExchange
    raise OSError(number, os.strerror(number), str(second))
