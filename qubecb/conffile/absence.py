"""A missing callbacks.conf is not a decision to have no callbacks.

A share that is not mounted, a `git checkout` half way, an editor that writes in UTF-16: what
cannot be read, or has lost every mapping, changes nothing of what is in force. The caller
tells people, and asks them whether it is empty on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qubecb.conffile.catalog import Directory
from qubecb.conffile.meaning import EffectiveMapping

Kind = Literal["directory", "missing", "unreadable", "undecodable", "emptied"]

_KINDS: dict[str, Kind] = {
    "directory": "directory",
    "config": "unreadable",
    "too-large": "unreadable",
    "undecodable": "undecodable",
}


@dataclass(frozen=True, slots=True)
class Absence:
    """What is wrong with a callbacks.conf, so that its present content is not used."""

    kind: Kind
    #: A sentence for people, without its full stop.
    sentence: str


def absence_of(
    found: Directory, in_force: Sequence[EffectiveMapping] | None
) -> Absence | None:
    """Give why a directory as found on disk must not take effect, or None when it may.

    Takes the mappings in force; None when nothing of the directory was ever read. Without a
    mapping in force, nothing can be lost.
    """
    kind = _KINDS.get(found.trouble)
    at_stake = in_force is None or bool(in_force)
    if kind == "undecodable" or (kind and at_stake):
        return Absence(kind, found.error or "")
    if not in_force or kind:
        return None
    if found.trouble == "no-config":
        return Absence("missing", found.error or "")
    if found.meaning(in_force):
        return None
    count = len(in_force)
    had = f"{count} mappings" if count > 1 else "1 mapping"
    return Absence("emptied", f"{found.config_path} has lost all of its {had}")


def may_be_half_written(found: Directory, in_force: Sequence[EffectiveMapping]) -> bool:
    """Whether a change looks like a file that somebody is just writing.

    It lacks a mapping that is in force, or its last line has no end.
    """
    left = {mapping.file for mapping in found.meaning(in_force)}
    cut = bool(found.data) and not found.data.endswith((b"\n", b"\r"))
    return cut or any(mapping.file not in left for mapping in in_force)


def lost_files(
    before: Sequence[EffectiveMapping], after: Sequence[EffectiveMapping]
) -> list[str]:
    """Give the files that are no longer mapped, if more than half; else none."""
    left = {mapping.file for mapping in after}
    lost = [mapping.file for mapping in before if mapping.file not in left]
    return lost if 2 * len(lost) > len(before) else []
