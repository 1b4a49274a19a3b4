"""Saving a callbacks.conf. `qubecb.conffile.storage.save` is its name for others.

Keeps promise 4: a file on disk is never half written, and an edit made by someone else is
never overwritten unseen. What cannot be seen where the file system has no leases: a program
that opened the old file for writing before the exchange and writes to it after step 6.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from qubecb.conffile.exchange import NoExchange, exchange
from qubecb.conffile.links import open_here, place_to_write
from qubecb.conffile.reading import check_size, read_opened, why
from qubecb.errors import ConfigurationError, ConflictingEdit, UnreadableFile

NEW_FILE_MODE = 0o644
#: Seconds to wait for another save into the same directory.
PATIENCE = 2.0

_REASONS = {
    errno.EACCES: "this service cannot write in its directory",
    errno.EPERM: "this service cannot keep its owner; make the service's user the owner",
    errno.EROFS: "its file system is mounted read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.ENOENT: "its directory does not exist",
    errno.ELOOP: "it was replaced by a symbolic link meanwhile",
}


def save(path: Path, new: bytes, expected: bytes) -> None:
    """Replace `expected`, the bytes that were read, by `new`.

    A file that does not exist counts as empty and is made. Owner, mode and extended
    attributes stay; a callbacks.conf that is a symbolic link stays one, and is not saved
    through when it leads out of its directory.

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

    A link is followed as `links.place_to_write` says, and no other way: all of this
    happens by name in the opened directory, and a link that takes the file's place
    meanwhile counts as an edit of somebody else.

    Raises ConflictingEdit with what was found, FileTooLarge for what could not be read
    again, UnreadableFile and ConfigurationError when it cannot be done.
    """
    check_size(path, new)
    try:
        with place_to_write(path) as (directory, target):
            _wait_for_turn(directory)
            exists = _compare(directory, target, expected)
            temporary = _write_beside(directory, target.name, new, exists)
            if not exists:
                _create(directory, temporary, target)
            else:
                _replace(directory, temporary, target, new, expected)
            _sync(directory)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        raise ConfigurationError(f"{path} cannot be saved: {reason}") from error


def _wait_for_turn(directory: int) -> None:
    """Lock the directory against other saves of ours, until it is closed.

    The lock only spares retries: the exchange alone keeps the promise, so a lock that is
    not available (NFS without locks, somebody else holds it) does not stop a save.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(0.005)  # flock knows no time limit
        except OSError:
            return


def _compare(directory: int, target: Path, expected: bytes) -> bool:
    """Whether the file exists; raises ConflictingEdit when it is not `expected`."""
    try:
        descriptor = open_here(target.name, directory)
    except FileNotFoundError:
        found, exists = b"", False
    except OSError as error:
        if error.errno == errno.ELOOP:  # it was none when the place was looked for
            raise _conflict(target, None) from None
        raise UnreadableFile(f"{target} {why(error)}") from error
    else:
        found, exists = read_opened(descriptor, target), True
    if found != expected:
        raise _conflict(target, found)
    return exists


def _write_beside(directory: int, name: str, new: bytes, exists: bool) -> str:
    """A hidden file in the same directory that holds `new`, safely on disk."""
    temporary = f".{name}.{secrets.token_hex(6)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o600, dir_fd=directory)
    try:
        with open(descriptor, "wb") as opened:  # noqa: PTH123 (a descriptor)
            opened.write(new)
            opened.flush()
            if exists:
                _take_after(directory, name, descriptor)
            else:
                os.fchmod(descriptor, NEW_FILE_MODE)
            os.fsync(descriptor)
    except BaseException:  # Ctrl-C too leaves nothing behind
        os.unlink(temporary, dir_fd=directory)
        raise
    return temporary


def _take_after(directory: int, name: str, descriptor: int) -> None:
    """Give an open file the owner, mode and extended attributes of another."""
    old = open_here(name, directory)
    try:
        status, mine = os.fstat(old), os.fstat(descriptor)
        if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
            os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, status.st_mode & 0o7777)
        with suppress(OSError, AttributeError):
            for attribute in os.listxattr(old):
                os.setxattr(descriptor, attribute, os.getxattr(old, attribute))
    finally:
        os.close(old)


def _create(directory: int, temporary: str, target: Path) -> None:
    """Give a new file its name, unless somebody made one meanwhile."""
    try:
        _second_name(directory, temporary, target.name)
    except FileExistsError:
        raise _conflict(target, _peek(directory, target.name)) from None
    finally:
        os.unlink(temporary, dir_fd=directory)


def _second_name(directory: int, name: str, second: str) -> None:
    os.link(
        name, second, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False
    )


def _replace(
    directory: int, temporary: str, target: Path, new: bytes, expected: bytes
) -> None:
    """Steps 4 to 8 of `save`. What is removed at the end is known not to be needed."""
    try:
        exchange(temporary, target.name, directory)
    except NoExchange:
        _replace_by_rename(directory, temporary, target, expected)
        return
    except FileNotFoundError:
        os.unlink(temporary, dir_fd=directory)
        raise _conflict(target, None) from None
    except OSError:
        os.unlink(temporary, dir_fd=directory)
        raise
    _sync(directory)
    written = _is_being_written(directory, temporary)
    came_out = _peek(directory, temporary)
    if written or came_out != expected:
        _give_back(directory, temporary, target, came_out, new)
    os.unlink(temporary, dir_fd=directory)


def _is_being_written(directory: int, name: str) -> bool:
    """Whether a process has the file open for writing, as far as its file system knows."""
    try:
        descriptor = open_here(name, directory)
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


def _give_back(
    directory: int, temporary: str, target: Path, theirs: bytes | None, new: bytes
) -> None:
    """Undo an exchange so that somebody else's newest edit has its name again."""
    put_in: bytes | None = new
    while True:
        exchange(temporary, target.name, directory)
        came_out = _peek(directory, temporary)
        if came_out == put_in:
            break
        put_in, theirs = theirs, came_out
    os.unlink(temporary, dir_fd=directory)
    raise _conflict(target, theirs)


def _replace_by_rename(
    directory: int, temporary: str, target: Path, expected: bytes
) -> None:
    """The way without exchange (NFS, macOS): a second name keeps the old file in reach.

    An edit written into the old file is seen and put back. An editor that renames its own
    file over this one between the comparison and our rename is not seen: microseconds.
    """
    aside = temporary.removesuffix(".tmp") + ".old"
    try:
        _second_name(directory, target.name, aside)
        if _peek(directory, aside) == expected:
            _rename(directory, temporary, target.name)
        found = _peek(directory, aside)
        if found != expected:
            _rename(directory, aside, target.name)
            raise _conflict(target, found)
    finally:
        for name in (temporary, aside):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=directory)


def _rename(directory: int, name: str, new_name: str) -> None:
    os.replace(name, new_name, src_dir_fd=directory, dst_dir_fd=directory)


def _peek(directory: int, name: str) -> bytes | None:
    """The bytes of a file, or None if it is not a callbacks.conf that we wrote."""
    try:
        return read_opened(open_here(name, directory), Path(name))
    except (OSError, ConfigurationError):
        return None


def _conflict(target: Path, found: bytes | None) -> ConflictingEdit:
    return ConflictingEdit(
        found or b"",
        f"{target} was changed by somebody else since it was read, or is being written "
        "at this moment; nothing was saved",
    )
