"""Every error that qubecb raises on purpose.

::

    QubecbError
    ├── InvalidEvent          what was sent is not an event: a list of problems, each with its path
    │   └── UnfinishedFile    a spool file's text cannot be read; it may still be written
    ├── TriggerSyntaxError    a trigger that cannot be read: text, span, what to do
    ├── ConfigurationError    callbacks.conf, qb.conf or a callback directory
    │   ├── UnreadableFile    missing, no right to read it, no regular file
    │   ├── FileTooLarge
    │   ├── BadFileName       a name that would leave its directory or hide in a listing
    │   ├── ConflictingEdit   somebody else changed the file since it was read
    │   └── AbsentConfiguration   the file to save over is missing, unreadable or emptied
    ├── FarmError             a farm refused or failed
    │   ├── BadTarget         an id that no verb may be given, 0 among them
    │   ├── UnknownVerb
    │   ├── FarmTimeout       the farm did not answer in time
    │   ├── PartlyApplied     a verb was stopped after a part of what it was to do
    │   └── CascadeTooDeep    actions that cause events that cause actions …, 16 deep
    ├── MailError             the mail could not be sent, or has nobody to go to
    ├── RunnerError           a callback could not be started at all
    └── StoreError            the database could not take it; nothing of it was stored
        ├── StoreFull         the disk or the database is full
        ├── StoreBusy         somebody else kept it locked for too long
        └── Backlogged        too many events wait to be planned; when to come again

An error's message is a sentence for the person who has to mend it: what is wrong, where,
and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class QubecbError(Exception):
    """Something went wrong in qubecb."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: where (`job.id`, `extra`, …) and what."""

    path: str
    message: str


class InvalidEvent(QubecbError):
    """What was sent is not an event."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "; ".join(
                f"{problem.path}: {problem.message}"
                if problem.path
                else problem.message
                for problem in problems
            )
        )


class UnfinishedFile(InvalidEvent):
    """A file's text cannot be read, and may not be whole yet."""


class TriggerSyntaxError(QubecbError):
    """A trigger cannot be read.

    `start` and `end` are offsets into `text` (0-based, half open); `column` is `start`
    counted from 1, as people count. `code` names the mistake and never changes
    (docs/triggers.md lists them); `replacement`, if the fix is clear, is what to write
    in place of `text[start:end]`.
    """

    def __init__(
        self,
        message: str,
        text: str,
        start: int,
        end: int,
        hint: str = "",
        *,
        code: str = "syntax",
        replacement: str | None = None,
    ) -> None:
        self.message = message
        self.text = text
        self.start = start
        self.end = max(end, start)
        self.hint = hint
        self.code = code
        self.replacement = replacement
        super().__init__(f"column {self.column}: {message}")

    @property
    def column(self) -> int:
        """The first wrong character, counted from 1."""
        return self.start + 1


class ConfigurationError(QubecbError):
    """The configuration cannot be used."""


class UnreadableFile(ConfigurationError):
    """A file cannot be read."""


class FileTooLarge(ConfigurationError):
    """A file is too large."""


class BadFileName(ConfigurationError):
    """A file name is not allowed."""


class ConflictingEdit(ConfigurationError):
    """The file was changed by somebody else since it was read; nothing was saved."""

    def __init__(self, found: bytes, message: str | None = None) -> None:
        self.found = found
        super().__init__(message)


class AbsentConfiguration(ConfigurationError):
    """The callbacks.conf is absent, so that its directory may not be mounted."""


class FarmError(QubecbError):
    """The farm refused or failed."""


class BadTarget(FarmError):
    """This id cannot be given to the farm."""


class UnknownVerb(FarmError):
    """The farm has no such verb."""


class FarmTimeout(FarmError):
    """The farm did not answer in time."""


class PartlyApplied(FarmError):
    """A verb was stopped after a part of what it was to do."""

    def __init__(
        self, verb: str, applied: tuple[str | int, ...], cause: Exception
    ) -> None:
        #: What it changed, as the farm returns it.
        self.applied = applied
        super().__init__(
            f"{verb} was applied to {applied[0]} to {applied[-1]} ({len(applied)} in all) "
            f"and to nothing else: {cause}"
        )


class CascadeTooDeep(FarmError):
    """Actions caused events that caused actions, more than 16 deep; the chain stops here."""


class MailError(QubecbError):
    """The mail could not be sent."""


class RunnerError(QubecbError):
    """A callback could not be started."""


class StoreError(QubecbError):
    """The database could not take it; nothing of it was stored."""


class StoreFull(StoreError):
    """The disk or the database is full; nothing of it was stored."""


class StoreBusy(StoreError):
    """The database was locked for too long; nothing of it was stored. Try again."""


class Backlogged(StoreError):
    """More events than QUBECB_BACKLOG wait to be planned; nothing of this was stored. Try again."""

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        #: Seconds after which it is worth another try.
        self.retry_after = retry_after
        super().__init__(message)
