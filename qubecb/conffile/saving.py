"""Saving a callbacks.conf. `qubecb.conffile.storage.save` is its name for others.

Keeps promise 4: a file on disk is never half written, and an edit made by someone else is
never overwritten unseen. What cannot be seen where the file system has no leases: a program
that opened the old file for writing before the exchange and writes to it after step 6.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qubecb.conffile.exchange import NoExchange, exchange
from qubecb.conffile.reading import check_size, read
from qubecb.errors import ConfigurationError, ConflictingEdit, FileTooLarge

NEW_FILE_MODE = 0o644
#: Seconds to wait for another save into the same directory.
PATIENCE = 2.0

_REASONS = {
    errno.EACCES: "this service may not write in its directory",
    errno.EPERM: "this service may not keep its owner; give the file to the service's user",
    errno.EROFS: "its file system is mounted read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.ENOENT: "its directory does not exist",
}


def save(path: Path, new: bytes, expected: bytes) -> None:
    """Put `new` in the place of `expected`, the bytes that were read.

    A file that does not exist counts as empty and is made. Owner, mode and extended
    attributes stay; a callbacks.conf that is a symbolic link stays one.

    1. Wait until no other qubecb saves into the directory (a lock on the directory).
    2. Read the file; if it is not `expected`, stop here.
    3. Write `new` to a hidden file beside it, owner and mode as the old one's; sync it.
    4. Exchange the two names in one step.
    5. Sync the directory.
    6. Look whether anybody still holds what came out open for writing (a lease is not to be
       had then), and read it. From here on nobody can open it any more.
    7. If it is `expected` and nobody writes, all is well: remove it.
    8. If not, somebody else was at it: exchange again, so that their edit is back. Should
       something else than `new` come out, somebody wrote once more: that goes back.

    Raises ConflictingEdit with what was found, FileTooLarge for what could not be read
    again, UnreadableFile and ConfigurationError when it cannot be done.
    """
    check_size(path, new)
    target = Path(os.path.realpath(path))
    try:
        with _turn(target.parent) as directory:
            exists = _compare(target, expected)
            temporary = _write_beside(target, new, exists)
            if not exists:
                _create(temporary, target)
            else:
                _replace(temporary, target, new, expected, directory)
            _sync(directory)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        raise ConfigurationError(f"{path} cannot be saved: {reason}") from error


@contextmanager
def _turn(directory: Path) -> Iterator[int]:
    """The directory, opened and locked against other saves of ours.

    The lock only spares retries: the exchange alone keeps the promise, so a lock that is
    not to be had (NFS without locks, somebody else holds it) does not stop a save.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.005)
            except OSError:
                break
        yield descriptor
    finally:
        os.close(descriptor)


def _compare(target: Path, expected: bytes) -> bool:
    """Whether the file exists; raises ConflictingEdit when it is not `expected`."""
    exists = os.path.lexists(target)
    found = read(target) if exists else b""
    if found != expected:
        raise _conflict(target, found)
    return exists


def _write_beside(target: Path, new: bytes, exists: bool) -> Path:
    """A hidden file in the same directory that holds `new`, safely on disk."""
    descriptor, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name}.", suffix=".tmp"
    )
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as opened:  # noqa: PTH123 (a descriptor)
            opened.write(new)
            opened.flush()
            if exists:
                _take_after(target, descriptor)
            else:
                os.fchmod(descriptor, NEW_FILE_MODE)
            os.fsync(descriptor)
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def _take_after(target: Path, descriptor: int) -> None:
    """Give an open file the owner, mode and extended attributes of another."""
    status = target.stat()
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, status.st_mode & 0o7777)
    with suppress(OSError, AttributeError):
        for name in os.listxattr(target):
            os.setxattr(descriptor, name, os.getxattr(target, name))


def _create(temporary: Path, target: Path) -> None:
    """Give a new file its name, unless somebody made one meanwhile."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise _conflict(target, _peek(target)) from None
    finally:
        temporary.unlink()


def _replace(
    temporary: Path, target: Path, new: bytes, expected: bytes, directory: int
) -> None:
    """Steps 4 to 8 of `save`. What is removed at the end is known not to be needed."""
    try:
        exchange(temporary, target)
    except NoExchange:
        _replace_by_rename(temporary, target, expected)
        return
    except FileNotFoundError:
        temporary.unlink()
        raise _conflict(target, None) from None
    except OSError:
        temporary.unlink()
        raise
    _sync(directory)
    written = _is_being_written(temporary)
    came_out = _peek(temporary)
    if written or came_out != expected:
        _give_back(temporary, target, came_out, new)
    temporary.unlink()


def _is_being_written(path: Path) -> bool:
    """Whether a process has the file open for writing, as far as its file system knows."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _sync(directory: int) -> None:
    """Put the directory itself on disk, where its file system knows what that means."""
    with suppress(OSError):
        os.fsync(directory)


def _give_back(temporary: Path, target: Path, theirs: bytes | None, new: bytes) -> None:
    """Undo an exchange until the newest edit of somebody else has its name again."""
    put_in: bytes | None = new
    while True:
        exchange(temporary, target)
        came_out = _peek(temporary)
        if came_out == put_in:
            break
        put_in, theirs = theirs, came_out
    temporary.unlink()
    raise _conflict(target, theirs)


def _replace_by_rename(temporary: Path, target: Path, expected: bytes) -> None:
    """The way without exchange (NFS, macOS): a second name keeps the old file in reach.

    An edit written into the old file is seen and put back. An editor that renames its own
    file over this one between the comparison and our rename is not seen: microseconds.
    """
    aside = temporary.with_suffix(".old")
    try:
        aside.hardlink_to(target)
        if _peek(aside) == expected:
            temporary.replace(target)
        found = _peek(aside)
        if found != expected:
            aside.replace(target)
            raise _conflict(target, found)
    finally:
        temporary.unlink(missing_ok=True)
        aside.unlink(missing_ok=True)


def _peek(path: Path) -> bytes | None:
    """The bytes of a file, or None for whatever cannot be one of ours."""
    try:
        return read(path)
    except (ConfigurationError, FileTooLarge):
        return None


def _conflict(target: Path, found: bytes | None) -> ConflictingEdit:
    return ConflictingEdit(
        found or b"",
        f"{target} was changed by somebody else since it was read, or is being written "
        "at this moment; nothing was saved",
    )
