"""A callback's script as it is on disk or was when it ran, bounded and safe to show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qubecb.conffile.names import script_path
from qubecb.conffile.reading import digest, read
from qubecb.errors import ConfigurationError

#: Larger scripts are not shown.
LARGEST = 512 * 1024


@dataclass(frozen=True, slots=True)
class Script:
    """A script, or why it cannot be shown."""

    text: str = ""
    error: str = ""
    sha256: str = ""
    size: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether only its beginning is shown."""
        return bool(self.text) and self.size > LARGEST

    @property
    def note(self) -> str:
        """How long it is, and the beginning of the name of its bytes."""
        lines = len(self.text.splitlines())
        word = "line" if lines == 1 else "lines"
        return f"{lines:,} {word}, SHA-256 {self.sha256[:12]}"


def read_script(directory: Path, file: str) -> Script:
    """Read a script; a name that no callback may have raises BadFileName."""
    path = script_path(directory, file)
    try:
        data = read(path, LARGEST)
    except ConfigurationError as error:
        return Script(error=str(error))
    return Script(_as_text(data), "", digest(data), len(data))


def kept_script(data: bytes) -> Script:
    """A script as a run kept it; of a large one the beginning."""
    return Script(_as_text(data[:LARGEST]), "", digest(data), len(data))


def _as_text(data: bytes) -> str:
    """Source for a page: bytes that are not UTF-8, and NULs, as U+FFFD."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")
