"""Finds a callback directory that does not exist or cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from qubecb.lint.findings import Place, Remark
from qubecb.lint.rule import Ground, Rule


def check(ground: Ground) -> Iterator[Remark]:
    """Report directories that cannot be listed."""
    for directory in ground.directories:
        if directory.trouble == "directory":
            hint = "create it, mount it, or set another one in QUBECB_CALLBACK_PATH or qb.conf"
            if ":" in str(directory.path):
                hint = f"commas separate directories, not colons; or {hint}"
            yield Remark(Place(str(directory.path)), directory.error or "", hint)


RULE = Rule("QCB101", "unreadable-directory", "error", check)
