"""The secret key in the data directory: made once, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from qubecb.errors import ConfigurationError


def secret_key(data: Path) -> str:
    """Give the key of this data directory, making both if they do not exist.

    The first of two processes that start together wins: the file is linked into place whole.
    Raises ConfigurationError when the data directory cannot be made or used.
    """
    try:
        return _read_or_make(data)
    except FileExistsError:  # `mkdir` minds only what is not a directory
        why = "not a directory"
    except OSError as error:
        why = (error.strerror or str(error)).lower()
    raise ConfigurationError(f"the data directory {data} cannot be used: {why}")


def _read_or_make(data: Path) -> str:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = data / "secret-key"
    if not file.exists():
        draft = data / f".secret-key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(48))
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii")
