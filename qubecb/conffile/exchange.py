"""Exchanging two files in one step, so that neither is ever gone.

Linux has renameat2 with RENAME_EXCHANGE since 3.15, on every local file system of use. NFS,
some network file systems and macOS have nothing like it that Python could reach; `exchange`
then raises NoExchange, and the caller does without.
"""

from __future__ import annotations

import ctypes
import errno
import os

_RENAME_EXCHANGE = 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


class NoExchange(Exception):
    """This system or file system cannot exchange two files."""


def exchange(first: str, second: str, directory: int) -> None:
    """Give each of two files in an opened directory the other's name, atomically.

    A link is exchanged itself, not what it leads to. Raises NoExchange where the file
    system cannot do that, and OSError as a rename does.
    """
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        raise NoExchange from None
    names = os.fsencode(first), os.fsencode(second)
    if renameat2(directory, names[0], directory, names[1], _RENAME_EXCHANGE) == 0:
        return
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        raise NoExchange
    raise OSError(number, os.strerror(number), second)
