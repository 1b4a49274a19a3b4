"""Reading files of a callback directory: bounded, and safe when a file is replaced."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from qubecb.conffile.document import UTF_16_MARKS
from qubecb.conffile.links import open_file
from qubecb.errors import FileTooLarge, UnreadableFile

MEBIBYTE = 1024 * 1024
#: Larger files are refused without being read: a callbacks.conf has some hundred lines.
LARGEST = MEBIBYTE

_REASONS = {
    errno.ENOENT: "does not exist",
    errno.ENOTDIR: "does not exist: a part of its path is not a directory",
    errno.EACCES: "cannot be read by this service; check its owner and mode",
    errno.EPERM: "cannot be read by this service; check its owner and mode",
    errno.ELOOP: "is a symbolic link that leads to itself",
    errno.ENXIO: "is not a regular file",
    errno.ENAMETOOLONG: "has a path that is too long",
    errno.ESTALE: "is gone from its file server (stale handle)",
    errno.EIO: "cannot be read: the disk reports an error",
}


def not_text(data: bytes) -> str:
    """Why bytes are not readable text, as the end of a sentence, or nothing.

    Single bytes that are not UTF-8 are tolerated: they stand in comments mostly, and a
    line that has one elsewhere is reported by itself.
    """
    if data.startswith(UTF_16_MARKS):
        return "is UTF-16; save it as UTF-8"
    if 4 * data.count(0) > len(data):
        return "is not text: most of its bytes are NUL; save it as UTF-8"
    return ""


def digest(data: bytes) -> str:
    """The name of a revision: SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def why(error: OSError | ValueError) -> str:
    """Why a path cannot be read, as the end of a sentence."""
    if isinstance(error, OSError) and error.errno is not None:
        return _REASONS.get(error.errno, f"cannot be read ({os.strerror(error.errno)})")
    return "has a NUL in its path"


def read(path: Path, limit: int = LARGEST) -> bytes:
    """The bytes of a regular file, at most `limit` of them.

    Opens first and checks what it opened, so a FIFO, a device or a directory that
    replaces the file can neither block nor fool it. Which links are followed says
    `qubecb.conffile.links`. Raises UnreadableFile, and FileTooLarge without having read
    more than the limit.
    """
    try:
        descriptor = open_file(path)
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path} {why(error)}") from error
    return read_opened(descriptor, path, limit)


def read_opened(descriptor: int, path: Path, limit: int = LARGEST) -> bytes:
    """The bytes of what was just opened, which is closed; raises as `read` does."""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(f"{path} is not a regular file")
        if status.st_size > limit:
            raise _too_large(path, status.st_size, limit)
        data = _read_up_to(descriptor, limit + 1)
    except OSError as error:
        raise UnreadableFile(f"{path} {why(error)}") from error
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise _too_large(path, len(data), limit)
    return data


def check_size(path: Path, data: bytes) -> None:
    """Raise FileTooLarge for what could not be read again."""
    if len(data) > LARGEST:
        raise _too_large(path, len(data), LARGEST)


def _read_up_to(descriptor: int, count: int) -> bytes:
    parts = []
    while count and (part := os.read(descriptor, min(count, MEBIBYTE))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _too_large(path: Path, size: int, limit: int) -> FileTooLarge:
    return FileTooLarge(f"{path} has {size:,} bytes; the limit is {limit:,}")
