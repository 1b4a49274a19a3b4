"""The script of a run, read at the moment at which a host is told to start it."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from qubecb.conffile.links import open_file
from qubecb.conffile.names import script_path
from qubecb.errors import RunnerError, UnreadableFile
from qubecb.runner.order import MEBIBYTE

LARGEST_SCRIPT = 32 * MEBIBYTE


class Script:
    """The script of a run, read once: these bytes run, and these are kept."""

    def __init__(self, directory: Path, file: str) -> None:
        self.path = script_path(directory, file)
        try:
            self.descriptor = open_file(self.path)
        except OSError as error:
            raise RunnerError(_unread(self.path, error)) from error
        except UnreadableFile as error:
            raise RunnerError(str(error)) from error
        try:
            self.text = self._read()
        except OSError as error:
            self.close()
            raise RunnerError(_unread(self.path, error)) from error
        except BaseException:  # Ctrl-C too leaves no open file
            self.close()
            raise
        self.sha256 = hashlib.sha256(self.text).hexdigest()

    def close(self) -> None:
        """Close the file; what was read of it stays."""
        os.close(self.descriptor)

    def _read(self) -> bytes:
        status = os.fstat(self.descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise RunnerError(f"{self.path} is not a file")
        if status.st_size > LARGEST_SCRIPT:
            raise RunnerError(f"{self.path} is larger than 32 MiB")
        parts = []
        while part := os.read(self.descriptor, status.st_size + 1):
            parts.append(part)
        return b"".join(parts)


def _unread(path: Path, error: OSError) -> str:
    """Why a script cannot be read, as a sentence."""
    told = f"cannot read {path}: {error.strerror}"
    if os.path.isdir(path.parent):  # noqa: PTH112 (never raises)
        return told
    return f"{told}; its directory is not there, so it may not be mounted"
