"""Which callbacks there are, which of them a job is bound to, and which are paused."""

from __future__ import annotations

from dataclasses import dataclass, field

from qubecb.conffile.meaning import EffectiveMapping


@dataclass(frozen=True, slots=True)
class MappingKey:
    """Which mapping: callback directory (absolute path) and file."""

    directory: str
    file: str


@dataclass(frozen=True, slots=True)
class BoundDirectory:
    """One directory's part of a binding: the revision's effective mappings."""

    directory: str
    revision: int
    mappings: tuple[EffectiveMapping, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """The revisions, one a directory, that a job's callbacks come from. Immutable by id."""

    id: int
    directories: tuple[BoundDirectory, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """Which configuration is in force now, and from where in the order of acceptance."""

    binding: int
    #: The highest sequence accepted before it came into force (0: none): it counts for
    #: events after that one.
    after: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of a callback; `file` None: of its directory; both None: of everything."""

    directory: str | None
    file: str | None
    reason: str
    #: Unix seconds, or None for until somebody resumes it.
    until: float | None = None
    #: The store's name for it, which is no part of what it means.
    id: int | None = field(default=None, compare=False)

    def covers(self, key: MappingKey, now: float) -> bool:
        """Whether this pause stops the callback at that moment."""
        return (
            self.directory in (None, key.directory)
            and self.file in (None, key.file)
            and (self.until is None or now < self.until)
        )
