"""What an edit changes for the dispatcher, mapping by mapping, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qubecb.conffile.meaning import EffectiveMapping
from qubecb.conffile.options import CallbackOptions

Kind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One mapping that an edit adds, changes or removes."""

    kind: Kind
    file: str
    before: EffectiveMapping | None
    after: EffectiveMapping | None

    @property
    def new_trigger(self) -> bool:
        """Whether its trigger is another one now."""
        return self.kind == "changed" and self._triggers[0] != self._triggers[1]

    @property
    def details(self) -> tuple[str, ...]:
        """The differences of a mapping that stays, without full stops."""
        return tuple(self._details()) if self.kind == "changed" else ()

    @property
    def sentence(self) -> str:
        """The change in a few words, for lists and reasons."""
        if self.kind != "changed":
            return f"{self.file} {self.kind}"
        return f"{self.file}: {', '.join(self.details)}"

    @property
    def _triggers(self) -> tuple[str, str]:
        before, after = self.before, self.after
        return before.trigger if before else "", after.trigger if after else ""

    def _details(self) -> Iterator[str]:
        if self.before is None or self.after is None:
            return
        if self.new_trigger:
            yield "new trigger"
        if dict(self.before.options) != dict(self.after.options):
            yield f"limits {_limits(self.before)} → {_limits(self.after)}"
        if self.after.kept and not self.before.kept:
            yield "its line cannot be read, so its last good meaning stays in force"
        if self.before.kept and not self.after.kept:
            yield "its line can be read again"


def changes(
    before: Sequence[EffectiveMapping], after: Sequence[EffectiveMapping]
) -> tuple[Change, ...]:
    """Compare two meanings of a configuration; moved lines are not a change."""
    old = {mapping.file: mapping for mapping in before}
    new = {mapping.file: mapping for mapping in after}
    found = []
    for file in dict.fromkeys([*old, *new]):
        if file in old and file in new and _same(old[file], new[file]):
            continue
        change = Change(
            _kind(file in old, file in new), file, old.get(file), new.get(file)
        )
        if change.kind != "changed" or change.details:
            found.append(change)
    return tuple(found)


def summary(found: Sequence[Change], most: int = 200) -> str:
    """All changes in one line of at most `most` characters: a proposed reason."""
    text = "; ".join(change.sentence for change in found)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _same(before: EffectiveMapping, after: EffectiveMapping) -> bool:
    """Whether two meanings differ at most in their lines."""
    return (
        before.trigger == after.trigger
        and before.options == after.options
        and before.kept == after.kept
    )


def _kind(was: bool, is_now: bool) -> Kind:
    if was and is_now:
        return "changed"
    return "added" if is_now else "removed"


def _limits(mapping: EffectiveMapping) -> str:
    return str(CallbackOptions.from_dict(mapping.options)) or "none"
