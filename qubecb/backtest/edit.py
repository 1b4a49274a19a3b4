"""An edit of one callback directory, and bindings that hold both of its sides.

The directory as it was and as it would be are two directories of one binding, so that planning
once judges both: jobs are followed once, and each side has its own memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from qubecb.conffile.changes import changes
from qubecb.conffile.meaning import EffectiveMapping
from qubecb.dispatch.ports.configuration import Binding, BoundDirectory

#: For which jobs the edit counts: for all, or for those that begin in the span.
Mode = Literal["throughout", "new-jobs"]
#: The names of the two sides, in place of a directory's path.
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit changes in the triggers of a callback directory."""

    #: Absolute path.
    directory: str
    #: Files whose trigger it adds, changes or removes.
    files: tuple[str, ...]
    #: Those of them that are mapped afterwards.
    mappings: tuple[EffectiveMapping, ...]
    #: How many mappings keep their trigger.
    unchanged: int
    mode: Mode = "throughout"

    @classmethod
    def between(
        cls,
        directory: str,
        was: Sequence[EffectiveMapping],
        edited: Sequence[EffectiveMapping],
        mode: Mode = "throughout",
    ) -> Edit:
        """Compare the mappings in force with those of the edit."""
        found = changes(was, edited)
        files = tuple(
            each.file for each in found if each.kind != "changed" or each.new_trigger
        )
        mappings = tuple(each for each in edited if each.file in files)
        return cls(directory, files, mappings, len(edited) - len(mappings), mode)

    def both(self, binding: Binding, name: int, edited: bool) -> Binding:
        """Give a binding of both sides of what changes, under a name of its own.

        Takes the binding that jobs had, and whether the edit counts for them.
        """
        was = self._mapped_in(binding)
        then = self.mappings if edited else was
        sides = (BoundDirectory(BEFORE, 0, was), BoundDirectory(AFTER, 0, then))
        return Binding(name, sides)

    def _mapped_in(self, binding: Binding) -> tuple[EffectiveMapping, ...]:
        return tuple(
            mapping
            for directory in _named(binding, self.directory)
            for mapping in directory.mappings
            if mapping.file in self.files
        )


def _named(binding: Binding, directory: str) -> Iterable[BoundDirectory]:
    return (each for each in binding.directories if each.directory == directory)
