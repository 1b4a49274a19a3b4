"""Symbolic links in a callback directory: which are followed, for reading and for writing.

Farms link scripts and configurations from their repositories, so a link is followed.
What a service does for the author of such a link has two limits, which are our decision
(docs/decisions/0041-links.md):

1. Nothing is written through a link that leads out of the callback directory.
2. A service that runs as root reads, through such a link, only what everybody may read:
   callbacks may run as somebody else (`QUBECB_RUN_AS`), and a link must not be their way to
   root's files.

The callback directory itself may be a link: the administrator named it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qubecb.conffile.document import shown
from qubecb.errors import ConfigurationError, UnreadableFile

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def leads_to(path: Path) -> Path | None:
    """The file outside of its directory that a link leads to, or would; None for others."""
    try:
        if not path.is_symlink():
            return None
        end = Path(os.path.realpath(path))
        return None if _is_in(end, path.parent) else end
    except (OSError, ValueError):
        return None


def open_file(path: Path) -> int:
    """A descriptor of what a path leads to, for reading; neither blocks nor takes a terminal.

    What was opened is judged, not the path, so that nothing can be exchanged in between.
    Raises OSError and ValueError as opening does, UnreadableFile for what root does not
    read (see above).
    """
    try:
        return os.open(path, _FLAGS | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
    descriptor = os.open(path, _FLAGS)
    if os.geteuid() != 0 or _is_in(_name_of(descriptor, path), path.parent):
        return descriptor
    if _everybody_may_read(descriptor, path):
        return descriptor
    os.close(descriptor)
    raise UnreadableFile(
        f"{path} is a symbolic link to a file outside of its directory that not everybody "
        "may read, so a service that runs as root does not follow it; let everybody read "
        "that file, or put the file itself here"
    )


def may_be_read(path: Path) -> bool:
    """Whether a path leads to a regular file that `open_file` opens."""
    try:
        if not path.is_file() or not os.access(path, os.R_OK):
            return False
        if path.is_symlink():
            os.close(open_file(path))
    except (OSError, UnreadableFile):
        return False
    return True


def open_here(name: str, directory: int) -> int:
    """A descriptor of a file in an opened directory; a link raises OSError (ELOOP)."""
    return os.open(name, _FLAGS | os.O_NOFOLLOW, dir_fd=directory)


@contextmanager
def place_to_write(path: Path) -> Iterator[tuple[int, Path]]:
    """The opened directory in which a file really stands, and the file's real path.

    A link is followed as long as it stays in the file's directory. From there on no link is
    followed any more: every folder on the way is opened by its name in the one before, so
    that a link that takes the place of one leads nowhere. Raises OSError,
    ConfigurationError for a link that leads out, UnreadableFile for one that leads to itself.
    """
    opened = [os.open(path.parent, _DIRECTORY)]
    try:
        outside = leads_to(path)
        if outside is not None:
            raise ConfigurationError(not_through(path, outside))
        end = Path(os.path.realpath(path))
        if end.is_symlink():
            raise UnreadableFile(f"{path} is a symbolic link that leads to itself")
        for part in _way(end, path.parent):
            flags = _DIRECTORY | os.O_NOFOLLOW
            opened.append(os.open(part, flags, dir_fd=opened[-1]))
        yield opened[-1], end
    finally:
        for descriptor in opened:
            os.close(descriptor)


def not_through(path: Path, outside: Path) -> str:
    """Why a file cannot be saved, and what to do, as a sentence without its full stop."""
    return (
        f"{path} is a symbolic link that leads out of its directory, to {shown(str(outside))}; nothing "
        "is saved through it. Change that file where it is kept, or replace the link by "
        "the file itself"
    )


def _is_in(path: Path, directory: Path) -> bool:
    return path.is_relative_to(os.path.realpath(directory))


def _way(end: Path, directory: Path) -> tuple[str, ...]:
    """The folders between a directory and a file below it."""
    try:
        return end.parent.relative_to(os.path.realpath(directory)).parts
    except ValueError:
        raise ConfigurationError(not_through(directory / end.name, end)) from None


def _name_of(descriptor: int, path: Path) -> Path:
    """Where an opened file is; without /proc, where its path leads now."""
    try:
        return Path(f"/proc/self/fd/{descriptor}").readlink()
    except OSError:
        return Path(os.path.realpath(path))


def _everybody_may_read(descriptor: int, path: Path) -> bool:
    """Whether mode bits let every user reach an opened file and read it."""
    folders = _name_of(descriptor, path).parents
    try:
        passable = all(each.stat().st_mode & stat.S_IXOTH for each in folders)
        return passable and bool(os.fstat(descriptor).st_mode & stat.S_IROTH)
    except OSError:
        return False
